#include "audit/sink/SyslogMessage.h"

#include <unistd.h>

namespace sallyport::audit::sink {
namespace {

// A field of the header: printable ASCII without spaces, at most `most` long, "-" if nothing is
// left.
void appendHeaderField(std::string& out, std::string_view text, std::size_t most)
{
    out += ' ';
    const std::size_t before = out.size();
    for (const char c : text.substr(0, most))
        if (c > ' ' && c < 0x7f)
            out += c;
    if (out.size() == before)
        out += '-';
}

void appendParameter(std::string& out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    ((out += ' ') += name) += "=\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == ']')
            out += '\\';
        out += c;
    }
    out += '"';
}

} // namespace

std::string syslogMessage(const Outgoing& record, unsigned facility)
{
    std::string out = "<" + std::to_string(facility * 8 + record.severity) + ">1";
    appendHeaderField(out, record.time, 64);
    appendHeaderField(out, record.node, 255);
    out += " sallyport";
    appendHeaderField(out, std::to_string(getpid()), 128);
    appendHeaderField(out, record.event, 32);
    out += " [sallyport@32473"; // the number that RFC 5612 sets aside for those who have none
    appendParameter(out, "seq", std::to_string(record.seq));
    appendParameter(out, "session", record.session);
    (out += "] ") += record.line;
    return out;
}

void appendCounted(std::string& out, const std::string& message)
{
    ((out += std::to_string(message.size())) += ' ') += message;
}

} // namespace sallyport::audit::sink
