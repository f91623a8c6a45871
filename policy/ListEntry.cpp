#include "policy/ListEntry.h"

#include "policy/HostPattern.h"
#include "policy/Network.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

using Complaint = std::unexpected<std::string>;

// The complaints of the other parsers start with the quoted text.
Complaint withoutText(std::string complaint, std::string_view text)
{
    const auto quoted = '"' + std::string(text) + "\" ";
    return Complaint(complaint.starts_with(quoted) ? complaint.substr(quoted.size())
                                                   : std::move(complaint));
}

} // namespace

std::expected<std::vector<std::string>, std::string> parseListEntry(std::string_view text,
                                                                    BareName bareName)
{
    if (const auto network = parseNetwork(text))
        return std::vector{networkText(*network)};
    else if (text.contains('/') && parseAddress(text.substr(0, text.find('/'))))
        return withoutText(network.error(), text);
    if (text.starts_with(ListPrefix) || text.starts_with(RegexPrefix))
        return Complaint("is for rules; a list holds host names and networks only");
    if (text == "*" || text == "*." || text == ".")
        return Complaint("would match every host; leave the condition \"host\" out of the rule");

    const auto hasDot = text.starts_with('.');
    const auto written = text.substr(hasDot ? 1 : 0);
    auto host = parseHostOrSuffix(written);
    if (!host)
        return withoutText(host.error(), written);
    const auto isLiteral = parseAddress(*host).has_value();
    const auto isBelow = host->starts_with(NamesBelow);
    if (hasDot && (isLiteral || isBelow))
        return Complaint("has a dot before what is no host name");
    if (isLiteral)
        return std::vector{networkText({*parseAddress(*host), 128})};
    if (isBelow || (bareName == BareName::ThatHost && !hasDot))
        return std::vector{std::move(*host)};
    return std::vector{std::string(NamesBelow) + *host, std::move(*host)};
}

std::string_view takeEntry(std::string_view& entries)
{
    const auto end = std::min(entries.find('\n'), entries.size());
    const auto entry = entries.substr(0, end);
    entries.remove_prefix(std::min(end + 1, entries.size()));
    return entry;
}

} // namespace sallyport::policy
