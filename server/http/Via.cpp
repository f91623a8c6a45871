#include "http/Via.h"

#include <algorithm>

namespace sallyport::http {

namespace {

// Removes one Via element from the front of `rest` and gives its received-by. A comma in a comment
// does not separate; comments nest and may quote a parenthesis (RFC 9110 section 5.6.5).
std::string_view takeReceivedBy(std::string_view& rest)
{
    const auto element = rest;
    std::size_t end = 0;
    std::size_t depth = 0;
    std::size_t plainEnd = std::string_view::npos; // where the first comment begins
    for (; end < element.size() && (depth > 0 || element[end] != ','); ++end) {
        const char c = element[end];
        if (c == '(') {
            plainEnd = std::min(plainEnd, end);
            ++depth;
        } else if (c == ')' && depth > 0) {
            --depth;
        } else if (c == '\\' && depth > 0 && end + 1 < element.size()) {
            ++end;
        }
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));

    auto plain = trimmed(element.substr(0, std::min(plainEnd, end)));
    const auto space = plain.find_first_of(" \t");
    if (space == std::string_view::npos)
        return {};
    plain = trimmed(plain.substr(space));
    return plain.substr(0, plain.find_first_of(" \t"));
}

} // namespace

bool viaNames(const FieldList& fields, std::string_view name)
{
    if (!fields.has(KnownField::Via))
        return false;
    for (const Field field : fields) {
        if (field.known != KnownField::Via)
            continue;
        for (auto rest = field.value; !rest.empty();)
            if (equalsIgnoringCase(takeReceivedBy(rest), name))
                return true;
    }
    return false;
}

} // namespace sallyport::http
