#include "app/ExplainCommand.h"

#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/TimeOption.h"
#include "policy/Explanation.h"
#include "policy/HostPattern.h"
#include "policy/PolicyError.h"

#include <Poco/JSON/Array.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/NetException.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <optional>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using policy::FactSheet;
using policy::Protocol;

policy::AddressBytes addressOption(const CommandLine& line, const std::string& option)
{
    const auto address = policy::parseAddress(line.text(option));
    if (!address)
        throw UsageError("--" + option + ": \"" + line.text(option) + "\" is no IP address");
    return *address;
}

FactSheet sheetForUrl(const std::string& url)
{
    if (url.empty())
        throw UsageError("--url is missing; write for example --url https://www.example.com/");
    try {
        return policy::factSheetFor(url);
    } catch (const policy::PolicyError& error) {
        throw UsageError(std::string("--url: ") + error.what());
    }
}

std::vector<std::string> textsOf(const CommandLine& line, const std::string& option)
{
    const auto texts = line.texts(option);
    return {texts.begin(), texts.end()};
}

void takeContent(const CommandLine& line, FactSheet& sheet)
{
    const auto content =
        std::ranges::find(policy::AllContents, line.text("content"), policy::protocolName);
    if (content == policy::AllContents.end())
        throw UsageError("--content: \"" + line.text("content") +
                         "\" is none of tls, websocket, tunnelled-http, ssh and unknown");
    sheet.beginWith(*content);
}

void takeTls(const CommandLine& line, FactSheet& sheet)
{
    if (sheet.firstBytes && sheet.firstBytes->content != Protocol::Tls)
        throw UsageError("--sni and --alpn are for tunnels with the --content tls");
    auto& opening = sheet.beginWith(Protocol::Tls);
    if (line.has("sni"))
        opening.sni = line.text("sni");
    if (line.has("alpn"))
        opening.alpn = textsOf(line, "alpn");
}

void takePath(const CommandLine& line, FactSheet& sheet)
{
    auto& opening = sheet.firstBytes;
    if (!opening ||
        (opening->content != Protocol::WebSocket && opening->content != Protocol::TunnelledHttp))
        throw UsageError("--path is for tunnels with the --content websocket or tunnelled-http");
    try {
        policy::takeTarget(*opening, line.text("path"));
    } catch (const policy::PolicyError& error) {
        throw UsageError(std::string("--path: ") + error.what());
    }
}

void takeNames(const CommandLine& line, FactSheet& sheet)
{
    if (!sheet.firstBytes)
        sheet.beginWith(Protocol::Unknown);
    for (const auto& name : line.texts("names")) {
        const auto difference =
            std::ranges::find(policy::AllNameDifferences, name, policy::nameDifferenceName);
        if (difference == policy::AllNameDifferences.end())
            throw UsageError("--names: \"" + name +
                             "\" is none of sni-differs, sni-missing, host-differs and "
                             "certificate-differs");
        sheet.firstBytes->differences.add(*difference);
    }
}

// What is seen of a tunnel's first bytes; of other requests nothing is.
void takeFirstBytes(const CommandLine& line, FactSheet& sheet)
{
    const auto given = [&line](const auto&... options) { return (line.has(options) || ...); };
    if (!given("content", "sni", "alpn", "path", "names"))
        return;
    if (sheet.protocol != Protocol::Connect)
        throw UsageError("--content, --sni, --alpn, --path and --names are for tunnels: "
                         "https://…, wss://… or HOST:PORT");
    if (given("content"))
        takeContent(line, sheet);
    if (given("sni", "alpn"))
        takeTls(line, sheet);
    if (given("path"))
        takePath(line, sheet);
    if (given("names"))
        takeNames(line, sheet);
}

// What is seen of a WebSocket's handshake, in the request or in a tunnel.
void takeHandshake(const CommandLine& line, FactSheet& sheet)
{
    if (!line.has("subprotocol") && !line.has("origin"))
        return;
    const auto handshake = sheet.handshake();
    if (!handshake)
        throw UsageError("--subprotocol and --origin are for the handshakes of ws://… and of "
                         "tunnels with the --content websocket");
    if (line.has("subprotocol")) {
        sheet.subprotocol = line.text("subprotocol");
        handshake->subprotocolsOffered = {line.text("subprotocol")};
    }
    if (line.has("origin")) {
        const auto host = policy::parseHost(line.text("origin"));
        if (!host)
            throw UsageError("--origin: " + host.error());
        handshake->origin = *host;
    }
}

FactSheet sheetOf(const CommandLine& line)
{
    auto sheet = sheetForUrl(line.text("url"));
    const auto now = std::chrono::system_clock::now();
    sheet.at = std::chrono::floor<std::chrono::seconds>(
        timeOption(line, "at").value_or(std::chrono::floor<std::chrono::microseconds>(now)));
    sheet.client = line.has("client") ? addressOption(line, "client")
                                      : policy::parseAddress("127.0.0.1").value();
    sheet.user = line.text("user");
    sheet.groups = textsOf(line, "group");
    sheet.listener = line.text("listener");
    if (line.has("method"))
        sheet.method = line.text("method");
    takeFirstBytes(line, sheet);
    takeHandshake(line, sheet);
    if (line.has("address"))
        sheet.destination = addressOption(line, "address");
    return sheet;
}

policy::AddressBytes bytesOf(const Poco::Net::IPAddress& address)
{
    return policy::parseAddress(address.toString()).value();
}

// Takes the first address of the name and says what it did: for a proxy with other name servers it
// may be another.
std::string resolve(FactSheet& sheet)
{
    const std::string unknown = ": what depends on the address is not decided";
    try {
        const auto addresses = Poco::Net::DNS::hostByName(sheet.host).addresses();
        if (addresses.empty())
            return sheet.host + " has no address" + unknown;
        sheet.destination = bytesOf(addresses.front());
        const auto others = addresses.size() - 1;
        return sheet.host + " is taken to be " + policy::addressText(*sheet.destination) +
               (others == 0 ? "" : ", the first of " + counted(addresses.size(), "address") + "es");
    } catch (const Poco::Exception& error) {
        return sheet.host + " cannot be resolved (" + error.displayText() + ")" + unknown;
    }
}

PolicyInput policyAsked(const CommandLine& line)
{
    const auto files = line.arguments().size();
    if (files + (line.has("version") ? 1 : 0) + (line.has("draft") ? 1 : 0) > 1)
        throw UsageError("FILE, --version and --draft exclude each other");
    if (files != 0)
        return compiledFile(line, line.arguments().front());
    db::PolicyStore store = openPolicyStore(line);
    if (line.has("draft"))
        return compiledDraft(line, requireDraft(store));
    if (line.has("version"))
        return compiledVersion(line, store.version(line.number("version")));
    store.ensureInitial();
    return compiledVersion(line, store.current());
}

} // namespace

void addExplainOptions(CommandLine& line)
{
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    const auto texts = [](const char* name) {
        return po::value<std::vector<std::string>>()->composing()->value_name(name);
    };
    line.options().add_options()(
        "url", text("URL"), "what is asked for: http://…, https://…, ws://…, wss://… or HOST:PORT")(
        "client", text("IP"), "who asks (default: 127.0.0.1)")("user", text("NAME"), "signed in")(
        "group", texts("NAME"), "that the user is in; may be given several times")(
        "method", text("METHOD"), "default: GET, for a tunnel CONNECT")(
        "at", text("TIME"), "when, for example 2026-01-31T08:00:00Z (default: now)")(
        "address", text("IP"), "that the host resolves to (default: it is looked up)")(
        "no-resolve", "do not look the host up; its address stays unknown")(
        "listener", text("HOST:PORT"), "that the client is connected to")(
        "content", text("KIND"),
        "that a tunnel begins with: tls, websocket, tunnelled-http, ssh or unknown (default: tls "
        "for https://… and wss://…)")(
        "sni", text("NAME"), "that a tunnel's TLS asks for (default: the host of the URL)")(
        "alpn", texts("PROTOCOL"), "that a tunnel's TLS offers; may be given several times")(
        "path", text("PATH"), "that a request in the clear inside a tunnel asks for (default: /)")(
        "names", texts("DIFFERENCE"),
        "between names of a tunnel: sni-differs, sni-missing, host-differs, certificate-differs; "
        "may be given several times")("subprotocol", text("NAME"),
                                      "that a WebSocket's server chooses")(
        "origin", text("HOST"), "in a WebSocket's handshake")(
        "version", text("N"), "ask this version instead of the policy in force")("draft",
                                                                                 "ask the draft");
}

int runExplain(CommandLine& line)
{
    auto sheet = sheetOf(line);
    const PolicyInput input = policyAsked(line);
    std::string note;
    if (!sheet.destination)
        note = line.has("no-resolve") ? sheet.host + " was not looked up" : resolve(sheet);
    const auto explanation = policy::explain(*input.policy, sheet);
    if (line.has("json")) {
        auto object = policy::explanationJson(explanation);
        object.set("policy", input.source);
        object.set("address",
                   sheet.destination ? policy::addressText(*sheet.destination) : std::string());
        object.set("note", note);
        printJson(object);
        return ExitDone;
    }
    std::cout << policy::explanationText(explanation) << "\nAsked was " << input.source << ".\n";
    if (!note.empty())
        std::cout << "Note: " << note << ".\n";
    return ExitDone;
}

} // namespace sallyport::app
