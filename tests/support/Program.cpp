#include "support/Program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace sallyport::test {
namespace {

struct Pipe {
    Pipe()
    {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
        readEnd = ends[0];
        writeEnd = ends[1];
    }
    int readEnd = -1;
    int writeEnd = -1;
};

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void becomeProgram(char* const* arguments, int output, int errors,
                                std::uint32_t descriptorLimit)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    if (descriptorLimit > 0) {
        const rlimit limit{descriptorLimit, descriptorLimit};
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    execv(arguments[0], arguments);
    constexpr std::string_view Complaint = "the program cannot be executed\n";
    (void)!write(STDERR_FILENO, Complaint.data(), Complaint.size());
    _exit(127);
}

int exitCodeOf(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, std::uint32_t descriptorLimit)
{
    std::vector<char*> arguments;
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const Pipe out;
    const Pipe err;
    pid_ = fork();
    if (pid_ < 0)
        throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (pid_ == 0)
        becomeProgram(arguments.data(), out.writeEnd, err.writeEnd, descriptorLimit);
    ::close(out.writeEnd);
    ::close(err.writeEnd);
    output_ = out.readEnd;
    errors_ = err.readEnd;
}

ChildProcess::~ChildProcess()
{
    if (!exitCode_) {
        signal(SIGKILL);
        (void)waitFor(Patience);
    }
    ::close(output_);
    ::close(errors_);
}

void ChildProcess::signal(int number) const
{
    if (!exitCode_)
        kill(pid_, number);
}

std::optional<int> ChildProcess::waitFor(std::chrono::milliseconds time)
{
    if (exitCode_)
        return exitCode_;
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    pollfd entry{handle, POLLIN, 0};
    const int ended = poll(&entry, 1, static_cast<int>(time.count()));
    ::close(handle);
    if (ended != 1)
        return std::nullopt;
    int status = 0;
    waitpid(pid_, &status, 0);
    exitCode_ = exitCodeOf(status);
    return exitCode_;
}

std::string sallyportPath()
{
    const char* chosen = std::getenv("SALLYPORT");
    return chosen != nullptr ? chosen : SALLYPORT_PROGRAM;
}

ProgramResult runSallyport(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), sallyportPath());
    ChildProcess program(arguments);
    ProgramResult result;
    std::array<pollfd, 2> entries{
        {{program.outputDescriptor(), POLLIN, 0}, {program.errorDescriptor(), POLLIN, 0}}};
    const std::array<std::string*, 2> texts{&result.output, &result.errors};
    while (entries[0].fd >= 0 || entries[1].fd >= 0) {
        if (poll(entries.data(), entries.size(), static_cast<int>(Patience.count())) <= 0)
            throw std::runtime_error("sallyport " + arguments[1] + " does not come to an end");
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (entries[i].revents == 0)
                continue;
            std::array<char, 64 * 1024> buffer;
            const ssize_t count = read(entries[i].fd, buffer.data(), buffer.size());
            if (count > 0)
                texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
            else
                entries[i].fd = -1;
        }
    }
    result.exitCode = program.waitFor(Patience).value_or(-1);
    return result;
}

std::string sanitizerReport(std::string_view log)
{
    for (const std::string_view mark :
         {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer",
          "runtime error: ", "UndefinedBehaviorSanitizer"}) {
        const auto found = log.find(mark);
        if (found != std::string_view::npos)
            return std::string(log.substr(found, 4000));
    }
    return {};
}

} // namespace sallyport::test
