#include "app/PolicyDraftCommands.h"

#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/PolicyDifferenceText.h"

#include <iostream>

namespace sallyport::app {
namespace {

void warnOfOldBase(const db::PolicyStore::Draft& draft, std::uint32_t inForce)
{
    if (draft.baseVersion != inForce)
        std::cerr << "sallyport policy: the draft was begun on version " << draft.baseVersion
                  << ", but version " << inForce << " is in force by now\n";
}

} // namespace

int runDraftSave(CommandLine& line)
{
    const policy::PolicyDocument document = readPolicyFile(line.arguments().front());
    db::PolicyStore store = openPolicyStore(line);
    store.ensureInitial();
    store.saveDraft(document, personAtWork());
    const db::PolicyStore::Draft draft = requireDraft(store);
    if (line.has("json")) {
        Poco::JSON::Object object = summaryJson(document);
        object.set("base_version", draft.baseVersion);
        printJson(object);
    } else {
        std::cout << "The draft is saved: " << summary(document) << ". It was begun on version "
                  << draft.baseVersion << "; nothing is in force yet.\n";
    }
    warnOfOldBase(draft, store.changeStamp());
    return ExitDone;
}

int runDraftShow(CommandLine& line)
{
    std::cout << requireDraft(openPolicyStore(line)).document.toJson() << std::flush;
    return std::cout.good() ? ExitDone : ExitRefused;
}

int runDraftDiscard(CommandLine& line)
{
    db::PolicyStore store = openPolicyStore(line);
    store.discardDraft();
    if (line.has("json"))
        printJson(orderedObject());
    else
        std::cout << "There is no draft any more.\n";
    return ExitDone;
}

int runDraftDiff(CommandLine& line)
{
    const db::PolicyStore store = openPolicyStore(line);
    const db::PolicyStore::Draft draft = requireDraft(store);
    const DifferenceSide before = sideOf(store.current());
    const DifferenceSide after = sideOf(draft);
    if (line.has("json"))
        printJson(policy::differenceJson(differenceOf(before, after)));
    else
        printDifference(before, after);
    warnOfOldBase(draft, store.changeStamp());
    return ExitDone;
}

} // namespace sallyport::app
