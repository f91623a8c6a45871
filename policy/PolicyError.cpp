#include "policy/PolicyError.h"

#include "policy/Ascii.h"

#include <algorithm>
#include <cstddef>

namespace sallyport::policy {
namespace {

constexpr std::size_t MaxComplaintBytes = 1000; // what was found may be as long as the document

bool isContinuation(char c) // RFC 3629 §3
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

void shorten(std::string& text)
{
    if (text.size() <= MaxComplaintBytes)
        return;
    auto end = MaxComplaintBytes;
    while (isContinuation(text[end]))
        --end;
    text.resize(end);
    text += "…";
}

} // namespace

void failPolicy(std::string complaint)
{
    shorten(complaint);
    std::ranges::replace_if(complaint, isControl, '?');
    throw PolicyError(complaint);
}

} // namespace sallyport::policy
