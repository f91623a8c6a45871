#include "app/PasswordInput.h"

#include "app/CommandLine.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace sallyport::app {
namespace {

// The terminal does not show what is typed as long as this lives.
class NoEcho {
public:
    NoEcho()
    {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~NoEcho()
    {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << '\n';
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
};

std::string readLine()
{
    std::string text;
    std::getline(std::cin, text);
    if (text.ends_with('\r'))
        text.pop_back();
    return text;
}

std::string typed(const std::string& prompt)
{
    std::cerr << prompt << std::flush;
    const NoEcho quiet;
    return readLine();
}

} // namespace

std::string readNewPassword(std::string_view name)
{
    const bool isTerminal = ::isatty(STDIN_FILENO) == 1;
    auto password = isTerminal ? typed("New password for " + std::string(name) + ": ") : readLine();
    if (password.empty())
        throw CommandRefused("no password was given; type it, or write it to standard input");
    if (isTerminal && typed("The same again: ") != password)
        throw CommandRefused("the two passwords differ; nothing was changed");
    return password;
}

} // namespace sallyport::app
