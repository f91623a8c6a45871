// PolicyInput: the policy that a command is about: a document in a file, the draft, or a version.
#pragma once

#include "db/PolicyStore.h"
#include "policy/Policy.h"

#include <memory>
#include <string>

namespace sallyport::app {

class CommandLine;

/// A compiled policy and where it came from, as a message names it: "p.json", "the draft", "policy
/// version 3".
struct PolicyInput {
    std::string source;
    std::shared_ptr<const policy::Policy> policy;
};

/// The policy.db of the line's data directory, brought to its schema. These two throw
/// CommandRefused or DatabaseError. What changes through the store is told to the audit log.
[[nodiscard]] db::Database openPolicyDatabase(const CommandLine& line);
[[nodiscard]] db::PolicyStore openPolicyStore(const CommandLine& line);

/// `file` may be -, standard input. Throws CommandRefused: the file cannot be read, or is no right
/// document.
[[nodiscard]] policy::PolicyDocument readPolicyFile(const std::string& file);

// What a server would do with it: a version with the content that its lists had, the others with
// the newest. These throw CommandRefused for what is found wrong.
[[nodiscard]] PolicyInput compiledFile(const CommandLine& line, const std::string& file);
[[nodiscard]] PolicyInput compiledDraft(const CommandLine& line,
                                        const db::PolicyStore::Draft& draft);
[[nodiscard]] PolicyInput compiledVersion(const CommandLine& line,
                                          const db::PolicyStore::Version& version);

/// The version as it would be if it were published again: with the newest content of its lists.
[[nodiscard]] PolicyInput compiledAnew(const CommandLine& line,
                                       const db::PolicyStore::Version& version);

/// The draft. Throws CommandRefused, saying how to begin one, if there is none.
[[nodiscard]] db::PolicyStore::Draft requireDraft(const db::PolicyStore& store);

/// What the line names with FILE, otherwise the draft, otherwise the policy in force.
[[nodiscard]] PolicyInput policyToLookAt(const CommandLine& line);

/// Who will stand beside a version: with sudo, the person behind it.
[[nodiscard]] std::string personAtWork();

} // namespace sallyport::app
