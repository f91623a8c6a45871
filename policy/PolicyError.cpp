#include "policy/PolicyError.h"

#include "policy/Ascii.h"

#include <algorithm>
#include <cstddef>
#include <utility>

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

void makePresentable(std::string& text)
{
    shorten(text);
    std::ranges::replace_if(text, isControl, '?');
}

} // namespace

void failPolicy(std::string complaint)
{
    makePresentable(complaint);
    throw PolicyError(complaint);
}

void failPolicy(std::string_view placeWords, std::string complaint, PolicyError::Where where)
{
    auto text = std::string(placeWords) + complaint;
    makePresentable(text);
    makePresentable(complaint);
    throw PolicyError(text, std::move(where), std::move(complaint));
}

} // namespace sallyport::policy
