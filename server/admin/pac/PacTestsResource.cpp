#include "admin/pac/PacTestsResource.h"

#include "admin/api/EntityTag.h"
#include "db/PacTests.h"

#include <Poco/Net/IPAddress.h>

#include <charconv>

namespace sallyport::admin::pac {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;

constexpr std::size_t MostTests = 200;

db::Database open(const std::filesystem::path& file)
{
    return db::Database::openOrCreate(file, db::Durability::Full);
}

Poco::JSON::Object fieldsJson(const db::PacTest& test)
{
    auto json = api::orderedObject();
    json.set("id", std::to_string(test.id));
    json.set("url", test.url);
    json.set("expected", test.expected);
    json.set("my_ip", test.myIp);
    json.set("resolves_to", test.resolvesTo);
    return json;
}

std::string tagOf(const db::PacTest& test)
{
    return api::entityTagOf(api::textOf(fieldsJson(test)));
}

Poco::JSON::Object testJson(const db::PacTest& test)
{
    auto json = fieldsJson(test);
    json.set("etag", tagOf(test));
    return json;
}

Answer answerOf(const db::PacTest& test)
{
    return api::answerOf(testJson(test)).withTag(tagOf(test));
}

db::PacTest require(const db::PacTests& tests, const Call& call)
{
    const auto& text = call.inPath("id");
    std::int64_t id = 0;
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, id);
    auto test = parsed.ec == std::errc() && parsed.ptr == end ? tests.find(id) : std::nullopt;
    if (!test)
        throw ApiError(ProblemKind::NotFound, "There is no such test.");
    return *std::move(test);
}

void readAddress(api::JsonFields& fields, const char* name, std::string& address)
{
    const auto given = fields.optionalText(name, {.least = 0, .most = 45});
    if (!given)
        return;
    Poco::Net::IPAddress parsed;
    if (!given->empty() && !Poco::Net::IPAddress::tryParse(*given, parsed))
        fields.wrong(name, "invalid", "must be an IP address");
    address = *given;
}

void readFields(api::JsonFields& fields, db::PacTest& test)
{
    if (const auto url = fields.optionalText("url", {.least = 1, .most = 2000}))
        test.url = *url;
    if (!test.url.contains("://"))
        fields.wrong("url", test.url.empty() ? "required" : "invalid",
                     "must be an address with its scheme, like https://www.example.com/");
    if (const auto expected = fields.optionalText("expected", {.least = 0, .most = 500}))
        test.expected = *expected;
    readAddress(fields, "my_ip", test.myIp);
    readAddress(fields, "resolves_to", test.resolvesTo);
    fields.refuseOthers();
    fields.throwIfWrong();
}

} // namespace

void PacTestsResource::addTo(api::Router& router)
{
    const auto reader = Access::from(Role::HelpDesk);
    const auto editor = Access::from(Role::Editor);
    router.add("GET", "/pac/tests", reader, [this](Call&) { return all(); });
    router.add("POST", "/pac/tests", editor, [this](Call& call) { return create(call); });
    router.add("GET", "/pac/tests/{id}", reader, [this](Call& call) { return one(call); });
    router.add("PATCH", "/pac/tests/{id}", editor, [this](Call& call) { return change(call); });
    router.add("DELETE", "/pac/tests/{id}", editor, [this](Call& call) { return remove(call); });
}

Answer PacTestsResource::all()
{
    auto database = open(policyFile_);
    Poco::JSON::Array items;
    for (const auto& test : db::PacTests(database).all())
        items.add(testJson(test));
    auto json = api::orderedObject();
    json.set("items", items);
    return api::answerOf(json);
}

Answer PacTestsResource::create(Call& call)
{
    db::PacTest test;
    readFields(call.json(), test);
    auto database = open(policyFile_);
    db::PacTests tests(database);
    if (tests.all().size() >= MostTests)
        throw ApiError(ProblemKind::Conflict, "There are 200 tests, the most that can be.");
    test.id = tests.add(test, [&] {
        trail_.record(call.caller(), {.action = "pac-test.create",
                                      .object = test.url,
                                      .before = {},
                                      .after = api::textOf(fieldsJson(test)),
                                      .note = {}});
    });
    return api::created("/pac/tests/" + std::to_string(test.id), testJson(test))
        .withTag(tagOf(test));
}

Answer PacTestsResource::one(Call& call)
{
    auto database = open(policyFile_);
    return answerOf(require(db::PacTests(database), call));
}

Answer PacTestsResource::change(Call& call)
{
    auto database = open(policyFile_);
    db::PacTests tests(database);
    const auto before = require(tests, call);
    call.requireMatch(tagOf(before));
    auto test = before;
    readFields(call.json(), test);
    tests.change(test, [&] {
        trail_.record(call.caller(), {.action = "pac-test.change",
                                      .object = std::to_string(test.id),
                                      .before = api::textOf(fieldsJson(before)),
                                      .after = api::textOf(fieldsJson(test)),
                                      .note = {}});
    });
    return answerOf(test);
}

Answer PacTestsResource::remove(Call& call)
{
    auto database = open(policyFile_);
    db::PacTests tests(database);
    const auto test = require(tests, call);
    call.requireMatch(tagOf(test));
    tests.remove(test.id, [&] {
        trail_.record(call.caller(), {.action = "pac-test.delete",
                                      .object = std::to_string(test.id),
                                      .before = api::textOf(fieldsJson(test)),
                                      .after = {},
                                      .note = {}});
    });
    return api::noContent();
}

} // namespace sallyport::admin::pac
