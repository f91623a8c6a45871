#include "app/AuditCommand.h"

#include "app/AuditBackupCommand.h"
#include "app/AuditExportCommand.h"
#include "app/AuditSearchCommand.h"
#include "app/AuditShowCommand.h"
#include "app/AuditStatsCommand.h"
#include "app/AuditTailCommand.h"
#include "app/AuditVerifyCommand.h"
#include "app/SubCommand.h"

namespace sallyport::app {
namespace {

constexpr SubCommand AuditCommands[] = {
    {"search", NoArguments, "list sessions, the newest first",
     "Lists the sessions that are as the options say, the newest first, a line each. Options of "
     "different kinds must all\n"
     "hold; of one given several times, one must. Verdict and rule are the last ones the policy "
     "gave, and times are UTC.\n"
     "With --json each line is an object, and the last one says where the next page begins. Works "
     "while a server writes\n"
     "the log. The search itself is recorded in it, by the next start of a server if none runs.",
     runAuditSearch, addAuditSearchOptions},
    {"show",
     {"ID", 1, 1},
     "tell of one session: why, who, when, how much, and what was seen inside",
     "Tells of one session: why it was allowed or refused and how it ended, who and where, when, "
     "how many bytes, and what\n"
     "was seen inside. ID is the session_id of a record, as refusals show it, or its beginning, at "
     "least 8 digits. With\n"
     "--json it is an array of the session's events. That it was looked at is recorded in the log. "
     "Works while a server\n"
     "writes it.",
     runAuditShow},
    {"tail", NoArguments, "print the newest events, and those that come",
     "Prints the newest events of the log, oldest first, a line each, or with --json as JSON "
     "lines; with --follow also\n"
     "those that come. That it was looked at is recorded in the log.",
     runAuditTail, addAuditTailOptions},
    {"export", NoArguments, "print all events in a format for other programs",
     "Prints the events of the log to standard output, a line each in the order of `seq`, and says "
     "on standard error up\n"
     "to which seq it came: a later export goes on there with --after, or with --output FILE "
     "--resume. The export itself\n"
     "is recorded in the log, by the next start of a server if none runs. Works while a server "
     "writes it.",
     runAuditExport, addAuditExportOptions},
    {"verify", NoArguments, "prove that the log is as it was written",
     "Proves that every record is as it was written and none is missing, added or cut off: by the "
     "chain of hashes through all\n"
     "records, and by the signatures of checkpoints. Otherwise it names the first record that is "
     "not, and the exit code is 1.\n"
     "Who can write the log and has its private key can write another one: hold the log against "
     "what the sinks were told,\n"
     "with --anchors. Works while a server writes it, on a backup, and for those who may only "
     "read.",
     runAuditVerify, addAuditVerifyOptions},
    {"stats", NoArguments, "sum up sessions, bytes, files, and what is most frequent",
     "Sums up the log, or a part of it: sessions and bytes, verdicts, reasons, rules, protocols "
     "and hosts that are the most\n"
     "frequent, and what each file holds. Works while a server writes it.",
     runAuditStats, addAuditStatsOptions},
    {"backup",
     {"DIR", 1, 1},
     "copy the log, also while a server writes it",
     "Copies the files of the log, and the public key that proves its checkpoints, to the folder "
     "DIR, which becomes a data\n"
     "directory that the other commands can read: `sallyport audit verify --data-dir DIR`. Files "
     "that did not change since\n"
     "the last backup to DIR are not copied again, and none is deleted there.",
     runAuditBackup},
};

} // namespace

int runAuditCommand(std::span<const std::string> arguments)
{
    return runSubCommand("sallyport audit", AuditCommands, arguments);
}

} // namespace sallyport::app
