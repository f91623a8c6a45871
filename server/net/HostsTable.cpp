#include "net/HostsTable.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace sallyport::net {

namespace {

/// Takes the next word off the front of `line`; empty when there is none.
std::string_view takeWord(std::string_view& line)
{
    constexpr std::string_view Blank = " \t\r\v\f";
    line.remove_prefix(std::min(line.find_first_not_of(Blank), line.size()));
    const auto word = line.substr(0, line.find_first_of(Blank));
    line.remove_prefix(word.size());
    return word;
}

std::string plainName(std::string_view word)
{
    if (word.ends_with('.'))
        word.remove_suffix(1);
    std::string name(word);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

} // namespace

const std::vector<IpAddress>* HostsTable::find(std::string_view name, TimePoint now)
{
    if (file_.happened(now))
        load();
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : &found->second;
}

void HostsTable::load()
{
    names_.clear();
    std::ifstream file(file_.path());
    for (std::string line; std::getline(file, line);)
        addLine(line);
}

void HostsTable::addLine(std::string_view line)
{
    line = line.substr(0, line.find('#'));
    const auto address = IpAddress::parse(takeWord(line));
    if (!address)
        return;
    for (auto word = takeWord(line); !word.empty(); word = takeWord(line)) {
        auto& addresses = names_[plainName(word)];
        if (std::ranges::find(addresses, *address) == addresses.end())
            addresses.push_back(*address);
    }
}

} // namespace sallyport::net
