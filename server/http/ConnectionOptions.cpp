#include "http/ConnectionOptions.h"

namespace sallyport::http {

namespace {

void note(std::string_view option, ConnectionOptions& out)
{
    if (equalsIgnoringCase(option, "close"))
        out.close = true;
    else if (equalsIgnoringCase(option, "keep-alive"))
        out.keepAlive = true;
    else if (equalsIgnoringCase(option, "upgrade"))
        out.upgrade = true;
    else if (equalsIgnoringCase(option, "te"))
        out.te = true;
    else if (!equalsIgnoringCase(option, "http2-settings"))
        out.namesFields = true;
}

} // namespace

HeadFault readConnectionOptions(const FieldList& fields, Sender sender, ConnectionOptions& out)
{
    out = {};
    std::size_t count = 0;
    std::size_t bytes = 0;
    if (fields.has(KnownField::Connection))
        for (const Field field : fields)
            bytes += field.known == KnownField::Connection ? field.value.size() : 0;
    fields.forEachElement(KnownField::Connection, [&out, &count](std::string_view option) {
        ++count;
        note(option, out);
    });
    if (sender == Sender::Client)
        fields.forEachElement(KnownField::ProxyConnection, [&out](std::string_view option) {
            out.close = out.close || equalsIgnoringCase(option, "close");
            out.keepAlive = out.keepAlive || equalsIgnoringCase(option, "keep-alive");
        });
    return count > ConnectionOptions::MaxOptions || bytes > ConnectionOptions::MaxBytes
               ? HeadFault::TooManyConnectionOptions
               : HeadFault::None;
}

} // namespace sallyport::http
