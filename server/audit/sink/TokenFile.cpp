#include "audit/sink/TokenFile.h"

#include "audit/sink/Wait.h"

#include <algorithm>
#include <fstream>

namespace sallyport::audit::sink {

std::string readToken(const std::filesystem::path& file)
{
    using std::filesystem::perms;
    std::error_code error;
    const auto permissions = std::filesystem::status(file, error).permissions();
    if (error || permissions == perms::unknown)
        throw SinkError("cannot read the token file " + file.string());
    if ((permissions & (perms::others_read | perms::others_write)) != perms::none)
        throw SinkError("others can read the token file " + file.string() + ": chmod 600 it");
    std::ifstream stream(file);
    std::string token;
    std::getline(stream, token);
    while (token.ends_with('\r') || token.ends_with(' '))
        token.pop_back();
    // It becomes a field of a request: a line break in it would begin another.
    const bool printable =
        std::ranges::all_of(token, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
    if (token.empty() || !printable)
        throw SinkError("there is no token in the first line of " + file.string());
    return token;
}

} // namespace sallyport::audit::sink
