#include "app/PolicyPublishCommands.h"

#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/SavedTests.h"
#include "app/PolicyDifferenceText.h"

#include <algorithm>
#include <iostream>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

constexpr std::size_t MostLines = 40; // of a difference that nobody asked for

void addNoteOption(CommandLine& line)
{
    line.options().add_options()("note", po::value<std::string>()->value_name("TEXT"),
                                 "why it is published; kept with the version");
}

void printDifferenceMade(const policy::PolicyDifference& difference, std::uint32_t version)
{
    const auto lines = policy::differenceLines(difference);
    if (lines.empty())
        std::cout << "Nothing differs from version " << version - 1 << ".\n";
    for (std::size_t index = 0; index < std::min(lines.size(), MostLines); ++index)
        std::cout << "  " << lines[index] << '\n';
    if (lines.size() > MostLines)
        std::cout << "  and " << counted(lines.size() - MostLines, "line")
                  << " more: see `sallyport policy diff " << version - 1 << ' ' << version << "`\n";
}

int reportPublished(const CommandLine& line, const db::PolicyStore& store, std::uint32_t number)
{
    const db::PolicyStore::Version version = store.version(number);
    const auto difference = differenceMade(store, version);
    if (!difference && !difference.error().empty())
        std::cerr << "sallyport policy: " << difference.error() << '\n';
    if (line.has("json")) {
        Poco::JSON::Object object = summaryJson(version.document);
        object.set("version", number);
        if (difference)
            object.set("difference", policy::differenceJson(*difference));
        printJson(object);
        return ExitDone;
    }
    std::cout << "Policy version " << number << " is in force: " << summary(version.document)
              << ".\n";
    if (difference)
        printDifferenceMade(*difference, number);
    return ExitDone;
}

} // namespace

void addImportOptions(CommandLine& line)
{
    addNoteOption(line);
    addOverrideOption(line);
}

void addPublishOptions(CommandLine& line)
{
    addNoteOption(line);
    addOverrideOption(line);
    line.options().add_options()(
        "force", "publish although another version is in force than the draft was begun on");
}

void addRollbackOptions(CommandLine& line)
{
    addNoteOption(line);
}

int runImport(CommandLine& line)
{
    db::PolicyStore store = openPolicyStore(line);
    const PolicyInput input = compiledFile(line, line.arguments().front());
    const std::string reason = requirePassing(input, line);
    return reportPublished(
        line, store,
        store.publish(input.policy->document(), personAtWork(), line.text("note"), reason));
}

int runPublish(CommandLine& line)
{
    db::PolicyStore store = openPolicyStore(line);
    const db::PolicyStore::Draft draft = requireDraft(store);
    const std::string reason = requirePassing(compiledDraft(line, draft), line);
    using enum db::PolicyStore::BaseCheck;
    return reportPublished(line, store,
                           store.publishDraft(draft, line.has("force") ? Overrule : Require,
                                              personAtWork(), line.text("note"), reason));
}

int runRollback(CommandLine& line)
{
    const std::uint32_t number = numberIn(line.arguments().front(), "the version");
    db::PolicyStore store = openPolicyStore(line);
    const TestRun run = runSavedTests(compiledVersion(line, store.version(number)));
    const int exitCode =
        reportPublished(line, store, store.rollBack(number, personAtWork(), line.text("note")));
    if (run.failures() != 0)
        std::cerr << "sallyport policy: the rollback is done although " << failuresText(run)
                  << '\n';
    return exitCode;
}

} // namespace sallyport::app
