#include "app/PolicyVersionCommands.h"

#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/TimeOption.h"
#include "app/PolicyDifferenceText.h"

#include <Poco/JSON/Array.h>

#include <iostream>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using Poco::Dynamic::Var;
using VersionEntry = db::PolicyStore::VersionEntry;
using Kind = db::PolicyStore::Kind;

policy::PolicyDocument documentAskedFor(const CommandLine& line, const db::PolicyStore& store)
{
    if (line.has("draft"))
        return requireDraft(store).document;
    return (line.has("version") ? store.version(line.number("version")) : store.current()).document;
}

// "draft", or a version's number.
DifferenceSide sideNamed(const std::string& name, const db::PolicyStore& store)
{
    if (name == "draft")
        return sideOf(requireDraft(store));
    return sideOf(store.version(numberIn(name, "the version")));
}

std::string versionLine(const VersionEntry& version)
{
    std::string text = std::to_string(version.number) + "  " + timeText(version.created) + "  " +
                       version.who + "  " + std::string(db::versionKindName(version.kind));
    if (version.kind == Kind::Rollback)
        text += " to " + std::to_string(version.parent);
    if (!version.note.empty())
        text += "  " + version.note;
    if (!version.testOverride.empty())
        text += "  (published with failing tests: " + version.testOverride + ')';
    return text;
}

Poco::JSON::Object versionJson(const VersionEntry& version)
{
    Poco::JSON::Object json = orderedObject();
    json.set("version", version.number);
    json.set("parent", version.parent == 0 ? Var() : Var(version.parent));
    json.set("kind", std::string(db::versionKindName(version.kind)));
    json.set("created", timeText(version.created));
    json.set("who", version.who);
    json.set("note", version.note);
    json.set("test_override", version.testOverride);
    json.set("document_hash", version.documentHash);
    return json;
}

} // namespace

void addExportOptions(CommandLine& line)
{
    line.options().add_options()("version", po::value<std::string>()->value_name("N"),
                                 "print version N instead; `sallyport policy versions` lists them")(
        "draft", "print the draft instead");
}

int runExport(CommandLine& line)
{
    if (line.has("version") && line.has("draft"))
        throw UsageError("--version and --draft cannot both be given");
    db::PolicyStore store = openPolicyStore(line);
    store.ensureInitial();
    std::cout << documentAskedFor(line, store).toJson() << std::flush;
    return std::cout.good() ? ExitDone : ExitRefused;
}

int runVersions(CommandLine& line)
{
    db::PolicyStore store = openPolicyStore(line);
    store.ensureInitial();
    Poco::JSON::Array list;
    for (const VersionEntry& version : store.versions()) {
        if (line.has("json"))
            list.add(versionJson(version));
        else
            std::cout << versionLine(version) << '\n';
    }
    if (line.has("json")) {
        Poco::JSON::Object json = orderedObject();
        json.set("versions", list);
        printJson(json);
    }
    return ExitDone;
}

int runDiff(CommandLine& line)
{
    db::PolicyStore store = openPolicyStore(line);
    const auto names = line.arguments();
    const DifferenceSide before = sideNamed(names.front(), store);
    const DifferenceSide after =
        names.size() > 1 ? sideNamed(names[1], store) : sideOf(store.current());
    if (line.has("json"))
        printJson(policy::differenceJson(differenceOf(before, after)));
    else
        printDifference(before, after);
    return ExitDone;
}

} // namespace sallyport::app
