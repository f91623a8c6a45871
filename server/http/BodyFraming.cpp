#include "http/BodyFraming.h"

#include <algorithm>
#include <limits>

namespace sallyport::http {

namespace {

constexpr std::uint64_t MaxLength = std::numeric_limits<std::int64_t>::max();

DeclaredFraming readLength(std::string_view value)
{
    if (!consistsOf(DigitCharacter, value))
        return {HeadFault::BadContentLength, {}};
    std::uint64_t length = 0;
    for (const char c : value) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (length > (MaxLength - digit) / 10)
            return {HeadFault::BadContentLength, {}};
        length = length * 10 + digit;
    }
    if (length == 0)
        return {};
    return {HeadFault::None, {BodyFraming::Kind::Length, length}};
}

bool isCompression(std::string_view coding)
{
    constexpr std::string_view Names[] = {"gzip", "x-gzip", "deflate", "compress", "x-compress"};
    return std::ranges::any_of(
        Names, [coding](std::string_view name) { return equalsIgnoringCase(name, coding); });
}

// Registered codings with one chunked at the end would be understood by another recipient (RFC 9112
// section 7); all else leaves the length of the body to guesswork.
HeadFault faultOfCodings(std::string_view value)
{
    std::size_t chunkedCount = 0;
    std::size_t otherCount = 0;
    bool registered = true;
    bool chunkedIsLast = false;
    forEachListElement(value, [&](std::string_view coding) {
        chunkedIsLast = equalsIgnoringCase(coding, "chunked");
        if (chunkedIsLast) {
            ++chunkedCount;
            return;
        }
        ++otherCount;
        registered = registered && isCompression(coding);
    });
    return registered && chunkedIsLast && chunkedCount == 1 && otherCount > 0
               ? HeadFault::UnsupportedTransferCoding
               : HeadFault::BadTransferEncoding;
}

} // namespace

DeclaredFraming declaredFraming(const FieldList& fields, int minorVersion)
{
    const auto lengths = fields.count(KnownField::ContentLength);
    const auto encodings = fields.count(KnownField::TransferEncoding);
    if (lengths > 0 && encodings > 0)
        return {HeadFault::BothFramings, {}};
    if (lengths > 1)
        return {HeadFault::BadContentLength, {}};
    if (lengths == 1)
        return readLength(*fields.find(KnownField::ContentLength));
    if (encodings == 0)
        return {};
    if (encodings > 1 || minorVersion == 0)
        return {HeadFault::BadTransferEncoding, {}};
    const auto encoding = *fields.find(KnownField::TransferEncoding);
    if (equalsIgnoringCase(encoding, "chunked"))
        return {HeadFault::None, {BodyFraming::Kind::Chunked, 0}};
    return {faultOfCodings(encoding), {}};
}

} // namespace sallyport::http
