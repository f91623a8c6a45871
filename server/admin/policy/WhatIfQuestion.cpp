#include "admin/policy/WhatIfQuestion.h"

#include "admin/api/Answer.h"
#include "admin/api/TimeText.h"
#include "policy/DocumentReader.h"
#include "policy/DocumentWriter.h"
#include "policy/PolicyError.h"
#include "policy/TimeText.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sallyport::admin {
namespace {

using Poco::JSON::Object;

constexpr api::TextSize UrlSize{.least = 1, .most = 4096};
constexpr std::size_t MostTexts = 100;
constexpr std::int64_t MostPort = 65535;

// What a question calls otherwise than a document, and what it only says in another form there.
struct OtherName {
    std::string_view question;
    std::string_view document;
};
constexpr OtherName ClientName{"client_ip", "client"};

constexpr std::array<std::string_view, 4> Protocols{"connect", "http", "websocket", "tls"};
constexpr std::array<std::string_view, 4> Schemes{"", "http://", "ws://", "https://"};
constexpr std::array<int, 4> Ports{443, 80, 80, 443};

constexpr const char* PlainTexts[] = {"user",    "method", "address",     "listener",
                                      "content", "sni",    "subprotocol", "origin"};
constexpr const char* TextLists[] = {"groups", "alpn", "names"};

// Which member of the question the URL was made of, for complaints.
struct Target {
    std::string url;
    std::string_view member = "url";
};

Target targetIn(api::JsonFields& fields)
{
    auto url = fields.optionalText("url", UrlSize);
    const auto host = fields.optionalText("host", UrlSize);
    const auto port = fields.optionalInteger("port", 1, MostPort);
    const auto protocol = fields.optionalChoice("protocol", Protocols);
    if (url && (host || port || protocol))
        fields.wrong("url", "invalid", "says host, port and protocol already: leave one out");
    if (url)
        return {std::move(*url), "url"};
    if (!host) {
        fields.wrong("url", "required", "say what is asked for: a URL or HOST:PORT");
        return {};
    }
    const auto kind = protocol.value_or(0);
    const bool isBareV6 = host->contains(':') && !host->starts_with('[');
    auto made = std::string(Schemes[kind]) + (isBareV6 ? '[' + *host + ']' : *host) + ':' +
                std::to_string(port.value_or(Ports[kind]));
    const bool hasPath = Protocols[kind] == "http" || Protocols[kind] == "websocket";
    if (const auto path = hasPath ? fields.optionalText("path", UrlSize) : std::nullopt)
        made += (path->starts_with('/') ? "" : "/") + *path;
    return {std::move(made), "host"};
}

void takeTime(api::JsonFields& fields, Object& json)
{
    const auto text = fields.optionalText("at", {.least = 1, .most = 64});
    if (!text)
        return;
    if (const auto time = api::timeFrom(*text))
        json.set("at", policy::timeText(std::chrono::floor<std::chrono::seconds>(*time)));
    else
        fields.wrong("at", "invalid", "is not a time like 2026-01-31T08:00:00Z");
}

Object caseJson(api::JsonFields& fields, const TestFrame& frame, const Target& target)
{
    auto json = api::orderedObject();
    json.set("name", frame.name);
    json.set("url", target.url);
    if (const auto client = fields.optionalText(std::string(ClientName.question), UrlSize))
        json.set(std::string(ClientName.document), *client);
    for (const auto* name : PlainTexts)
        if (const auto text = fields.optionalText(name))
            if (!text->empty())
                json.set(name, *text);
    if (target.member == "url")
        if (const auto path = fields.optionalText("path", UrlSize))
            json.set("path", *path);
    for (const auto* name : TextLists) {
        Poco::JSON::Array list;
        for (const auto& text : fields.texts(name, MostTexts))
            list.add(text);
        if (list.size() != 0)
            json.set(name, list);
    }
    takeTime(fields, json);
    json.set("expect", frame.verdict);
    if (!frame.rule.empty())
        json.set("rule", frame.rule);
    return json;
}

// Where in the body the case's field was written.
std::string pointerTo(std::string_view field, const Target& target, const std::string& question)
{
    if (field.starts_with("/name")) // of a test: beside its question
        return "/name";
    if (field.starts_with("/rule"))
        return "/expect/rule";
    if (field.starts_with("/url"))
        return question + '/' + std::string(target.member);
    if (field.starts_with("/client"))
        return question + '/' + std::string(ClientName.question);
    return question + std::string(field);
}

} // namespace

policy::PolicyCase questionIn(api::JsonFields& fields, const TestFrame& frame)
{
    const auto target = targetIn(fields);
    const auto json = caseJson(fields, frame, target);
    if (target.url.empty())
        return {};
    try {
        return policy::readCase(api::textOf(json));
    } catch (const policy::PolicyError& error) {
        throw api::ApiError({{pointerTo(error.where().field, target, fields.pointer()), "invalid",
                              error.complaint()}});
    }
}

std::string questionText(const policy::PolicyCase& policyCase)
{
    Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true)); // keeps the order of members
    const auto written = parser.parse(policy::writeCase(policyCase)).extract<Object::Ptr>();
    auto json = api::orderedObject();
    for (const auto& name : written->getNames()) {
        if (name == "name" || name == "expect" || name == "rule")
            continue;
        json.set(name == ClientName.document ? std::string(ClientName.question) : name,
                 written->get(name));
    }
    return api::textOf(json);
}

} // namespace sallyport::admin
