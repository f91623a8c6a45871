#include "app/PolicyCommand.h"

#include "app/ConvertCommand.h"
#include "app/ExplainCommand.h"
#include "app/PolicyCheckCommands.h"
#include "app/PolicyDraftCommands.h"
#include "app/PolicyHitsCommand.h"
#include "app/PolicyPublishCommands.h"
#include "app/PolicyReplayCommand.h"
#include "app/PolicyVersionCommands.h"
#include "app/SubCommand.h"

namespace sallyport::app {
namespace {

constexpr SubCommand PolicyCommands[] = {
    {"import", OneFile, "make the policy document in FILE the policy in force",
     "Makes the policy document in FILE (- is standard input) the policy in force, as a new "
     "version. A running server\n"
     "takes it within a second. A document that is wrong changes nothing: the message names the "
     "rule, the field and\n"
     "what was expected. Neither does one that fails a test saved in it. Who did it is recorded in "
     "the audit log, by the\n"
     "next start of a server if none runs; what cannot be recorded is not done.",
     runImport, addImportOptions},
    {"export", NoArguments, "print the policy in force, a version or the draft",
     "Prints the policy in force as one JSON document: change it and give it to `sallyport policy "
     "draft save` or\n"
     "`sallyport policy import`.",
     runExport, addExportOptions},
    {"check", OptionalFile, "say whether a policy is right and passes its tests",
     "Says whether FILE (- is standard input) is a right policy document, and runs the tests saved "
     "in it. Without FILE\n"
     "it looks at the draft, and without a draft at the policy in force. Changes nothing; the exit "
     "code is 1 if\n"
     "something is wrong.",
     runCheck},
    {"test", OptionalFile, "run the tests saved in a policy",
     "Runs the tests saved in FILE (- is standard input), otherwise in the draft, otherwise in the "
     "policy in force.\n"
     "One line each: what was expected, and the answer with its rule and the stage at which it was "
     "sure. The exit code\n"
     "is 1 if one fails. A test that depends on the destination's address says it with "
     "\"address\": no name is looked up.",
     runTest},
    {"draft save", OneFile, "keep the document in FILE as the draft of the next version",
     "Keeps the policy document in FILE (- is standard input) as the draft, in place of an earlier "
     "one. A draft is not in\n"
     "force. It remembers the version it was begun on, and is not published over a later one "
     "unless told to.",
     runDraftSave},
    {"draft show", NoArguments, "print the draft", "Prints the draft as one JSON document.",
     runDraftShow},
    {"draft diff", NoArguments, "tell what the draft would change",
     "Tells what differs from the policy in force to the draft.", runDraftDiff},
    {"draft discard", NoArguments, "throw the draft away",
     "Throws the draft away. What is in force stays.", runDraftDiscard},
    {"publish", NoArguments, "make the draft the policy in force",
     "Makes the draft the policy in force, as a new version, and tells what that changed. A "
     "running server takes it within\n"
     "a second. Refused if a test saved in the draft fails, or if another version is in force "
     "than the draft was begun on.\n"
     "Who did it is recorded in the audit log.",
     runPublish, addPublishOptions},
    {"versions", NoArguments, "list the versions, the one in force first",
     "Lists all versions, the newest first: it is in force. Each with the time it was published "
     "(UTC), by whom, how,\n"
     "and its note. Versions are kept as they were published.",
     runVersions},
    {"diff",
     {"A [B]", 1, 2},
     "tell what changed from version A to version B",
     "Tells what differs from A to B, rule by rule and field by field. Each is the number of a "
     "version or the word draft;\n"
     "without B it is the version in force.",
     runDiff},
    {"rollback",
     {"N", 1, 1},
     "publish version N again",
     "Makes a new version with the document of version N and the content that its lists had then. "
     "It is not stopped by\n"
     "tests that fail, as it is the way out of a bad policy; it says so if there are any. Who did "
     "it "
     "is recorded in the\n"
     "audit log.",
     runRollback,
     addRollbackOptions},
    {"explain", OptionalFile, "tell what would be decided about a request, and why",
     "Decides a request under the policy in force, or under the document in FILE (- is standard "
     "input), by the same code\n"
     "that decides live traffic, and tells the answer, the rule, and for every row passed the "
     "first condition that failed\n"
     "or is not known yet.",
     runExplain, addExplainOptions},
    {"convert", OneFile, "make a policy of another proxy's configuration",
     "Converts the access rules in FILE into a policy document. What cannot be converted is listed "
     "with its line; a rule\n"
     "that cannot stands as a disabled row in its place, and the exit code is 1.",
     runConvert, addConvertOptions},
    {"replay", OptionalFile, "tell what a policy would have done with recorded sessions",
     "Decides the sessions in the audit log again, under the document in FILE (- is standard "
     "input) or under the draft,\n"
     "and tells how many would change, and which. Changes nothing.",
     runReplay, addReplayOptions},
    {"hits", NoArguments, "tell how often each row decided",
     "Lists the rows of the policy in force with how often each decided (hits), would have decided "
     "had it not been in\n"
     "report mode (would-hits), the bytes of the sessions it decided, and when it last did.",
     runHits, addHitsOptions},
};

} // namespace

int runPolicyCommand(std::span<const std::string> arguments)
{
    return runSubCommand("sallyport policy", PolicyCommands, arguments);
}

} // namespace sallyport::app
