#include "app/AuditVerifyCommand.h"

#include "app/AuditAnchors.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/FigureText.h"
#include "app/PolicySummary.h"
#include "app/TextTable.h"
#include "db/AuditVerifier.h"

#include <Poco/DigestEngine.h>

#include <unistd.h>

#include <iostream>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

using db::AuditFault;
using db::AuditVerification;
using Poco::Dynamic::Var;

fs::path folderOption(const CommandLine& line)
{
    if (!line.has("folder"))
        return requireAuditLog(line);
    fs::path folder = line.text("folder");
    if (db::auditFilePaths(folder).empty())
        throw CommandRefused(folder.string() + ": no file of an audit log is there");
    return folder;
}

// Beside the log's folder, as in a data directory and its backups, or in it.
std::vector<db::AuditPublicKey> keysOf(const CommandLine& line, const fs::path& folder)
{
    std::vector<db::AuditPublicKey> keys;
    for (const std::string& file : line.texts("key"))
        keys.emplace_back(file);
    for (const fs::path& place : {fs::absolute(folder).parent_path(), folder})
        if (keys.empty() && fs::exists(place / db::AuditPublicKeyName))
            keys.emplace_back(place / db::AuditPublicKeyName);
    return keys;
}

std::vector<db::AuditAnchor> anchorsOf(const CommandLine& line)
{
    std::vector<db::AuditAnchor> all;
    for (const std::string& file : line.texts("anchors")) {
        const auto anchors = readAnchors(file);
        all.insert(all.end(), anchors.begin(), anchors.end());
    }
    return all;
}

// On a terminal, on a line of its own that is gone in the end; silent elsewhere.
class Progress {
public:
    explicit Progress(const fs::path& folder)
    {
        const auto files = db::auditFilePaths(folder);
        std::uintmax_t bytes = 0;
        std::error_code error;
        for (const fs::path& file : files)
            if (const auto size = fs::file_size(file, error); !error)
                bytes += size;
        what_ = counted(files.size(), "file") + ", " + shortBytes(bytes);
        say(0);
    }
    ~Progress()
    {
        if (onTerminal_)
            std::cerr << '\r' << std::string(columnsOf(line_), ' ') << '\r';
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void say(std::uint64_t records)
    {
        if (!onTerminal_)
            return;
        line_ = "Reading " + what_ + ": " + number(records) + " records as they were written …";
        std::cerr << '\r' << line_ << std::flush;
    }

private:
    const bool onTerminal_ = ::isatty(STDERR_FILENO) != 0;
    std::string what_;
    std::string line_; // never gets shorter
};

std::string hexOf(const db::ChainLink& link)
{
    return Poco::DigestEngine::digestToHex({link.begin(), link.end()});
}

std::string_view whatToDo(AuditFault what)
{
    switch (what) {
    case AuditFault::Changed:
    case AuditFault::Added:
    case AuditFault::BadSignature:
        return "Somebody wrote to the file who was not the server. Keep it as evidence, and "
               "compare "
               "it with a backup or with what the sinks were sent.";
    case AuditFault::Missing:
    case AuditFault::CutOff:
        return "Look for the records in a backup or in what the sinks were sent, and keep the file "
               "as evidence.";
    case AuditFault::Unreadable:
        break;
    }
    return "Check the disk, and look for the records in a backup or in what the sinks were sent.";
}

std::string checkpointsText(const AuditVerification& result, std::size_t keys)
{
    if (keys == 0)
        return "signatures not looked at, as there is no " + std::string(db::AuditPublicKeyName) +
               ": name one with --key";
    if (result.checkpoints == 0)
        return "no checkpoint yet";
    return number(result.checkpoints) + (result.checkpoints == 1 ? " checkpoint" : " checkpoints") +
           " good, the newest at seq " + std::to_string(result.lastCheckpoint);
}

std::string recordsText(const AuditVerification& result)
{
    std::string text = number(result.records) + (result.records == 1 ? " record" : " records") +
                       " in " + counted(result.files, "file");
    if (result.records != 0)
        text +=
            ", seq " + std::to_string(result.firstSeq) + " to " + std::to_string(result.lastSeq);
    return text;
}

void print(const AuditVerification& result, std::size_t keys, std::size_t anchors)
{
    if (const auto& fault = result.firstFault) {
        std::cout << "not whole: " << fault->sentence << "\nThat is seq " << fault->seq << ", "
                  << auditFaultName(fault->what) << ", in " << fault->file.string() << ".\n";
        if (result.records != 0)
            std::cout << "Before it: " << recordsText(result) << ", as they were written; "
                      << checkpointsText(result, keys) << ".\n";
        std::cout << whatToDo(fault->what) << '\n';
        return;
    }
    std::cout << "whole: " << recordsText(result) << ", " << checkpointsText(result, keys);
    if (anchors != 0)
        std::cout << ", " << counted(anchors, "anchor") << " as told";
    std::cout << '\n';
}

void printAsJson(const AuditVerification& result, std::size_t keys)
{
    Poco::JSON::Object json = orderedObject();
    json.set("whole", result.whole());
    json.set("records", result.records);
    json.set("files", result.files);
    json.set("first_seq", result.firstSeq);
    json.set("last_seq", result.lastSeq);
    json.set("head", hexOf(result.head));
    json.set("signatures_checked", keys != 0);
    json.set("checkpoints", result.checkpoints);
    json.set("last_checkpoint", result.lastCheckpoint);
    json.set("seconds", result.took.count());
    Var fault;
    if (const auto& found = result.firstFault) {
        Poco::JSON::Object one = orderedObject();
        one.set("what", std::string(auditFaultName(found->what)));
        one.set("seq", found->seq);
        one.set("file", found->file.string());
        one.set("sentence", found->sentence);
        fault = one;
    }
    json.set("fault", fault);
    printJson(json);
}

} // namespace

void addAuditVerifyOptions(CommandLine& line)
{
    const auto files = [] {
        return po::value<std::vector<std::string>>()->composing()->value_name("FILE");
    };
    line.options().add_options()(
        "key", files(),
        "a public key (PEM) whose signatures count; audit.pub of the data directory is the "
        "default")("anchors", files(),
                   "checkpoints as a sink was told them: what it wrote, or lines of a seq and its "
                   "head; they must be in the log")(
        "folder", po::value<std::string>()->value_name("DIR"),
        "the folder with the files of the log, instead of the one in the data directory");
}

int runAuditVerify(CommandLine& line)
{
    const fs::path folder = folderOption(line);
    const auto keys = keysOf(line, folder);
    db::AuditProofs proofs{.keys = {}, .anchors = anchorsOf(line), .onProgress = {}};
    for (const db::AuditPublicKey& key : keys)
        proofs.keys.push_back(&key);
    const AuditVerification result = [&] {
        Progress progress(folder);
        proofs.onProgress = [&](std::uint64_t records) { progress.say(records); };
        return db::verifyAuditLog(folder, proofs);
    }();
    line.has("json") ? printAsJson(result, keys.size())
                     : print(result, keys.size(), proofs.anchors.size());
    return result.whole() ? ExitDone : ExitRefused;
}

} // namespace sallyport::app
