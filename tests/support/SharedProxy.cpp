#include "support/SharedProxy.h"

namespace sallyport::test {

std::string replaced(std::string text, std::string_view mark, std::string_view replacement)
{
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + replacement.size()))
        text.replace(at, mark.size(), replacement);
    return text;
}

std::string withPort(std::string text, std::uint16_t port)
{
    return replaced(std::move(text), "{port}", std::to_string(port));
}

} // namespace sallyport::test
