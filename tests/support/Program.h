// ChildProcess: a program started by a test, which never outlives it. runSallyport: one
// sub-command.
#pragma once

#include "support/BuildKind.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::test {

class ChildProcess {
public:
    /// `descriptorLimit` 0: the limit of the test itself.
    ChildProcess(const std::vector<std::string>& command, std::uint32_t descriptorLimit = 0);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] int outputDescriptor() const { return output_; }
    [[nodiscard]] int errorDescriptor() const { return errors_; }

    void signal(int number) const;
    /// The exit code, or 128 + the signal that ended it; nothing if it still runs after `time`.
    [[nodiscard]] std::optional<int> waitFor(std::chrono::milliseconds time);

private:
    pid_t pid_ = -1;
    int output_ = -1;
    int errors_ = -1;
    std::optional<int> exitCode_;
};

struct ProgramResult {
    int exitCode = 0;
    std::string output;
    std::string errors;
};

/// The program under test: $SALLYPORT, or the one of this build.
[[nodiscard]] std::string sallyportPath();
[[nodiscard]] ProgramResult runSallyport(std::vector<std::string> arguments);
/// What a sanitizer reported in this text, or empty.
[[nodiscard]] std::string sanitizerReport(std::string_view log);

} // namespace sallyport::test
