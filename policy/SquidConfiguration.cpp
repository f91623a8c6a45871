#include "policy/SquidConfiguration.h"

#include "policy/Ascii.h"
#include "policy/PolicyError.h"

#include <Poco/TextConverter.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace sallyport::policy {
namespace {

constexpr std::string_view Blanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(Blanks);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

// squid does not mind the encoding; a policy document is UTF-8.
std::string utf8Of(std::string_view text)
{
    const Poco::UTF8Encoding utf8;
    std::string valid;
    Poco::TextConverter(utf8, utf8).convert(text.data(), static_cast<int>(text.size()), valid);
    return valid;
}

// Takes the first line off the text, without its end.
std::string_view takeLine(std::string_view& text)
{
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

struct Word {
    enum class Kind : std::uint8_t { Plain, Quoted } kind = Kind::Plain;
    std::string text;
};

// One line, continued ones joined, that is neither empty nor a comment.
struct Line {
    std::size_t number = 0;
    std::string text;
};

[[noreturn]] void refuse(std::size_t line, std::string_view what)
{
    throw PolicyError("line " + std::to_string(line) + " " + std::string(what));
}

// A "#" at the beginning of a word starts a comment.
std::vector<Word> wordsOf(const Line& line)
{
    std::vector<Word> words;
    std::string_view rest = line.text;
    for (rest = trimmed(rest); !rest.empty() && rest.front() != '#'; rest = trimmed(rest)) {
        if (rest.front() != '"') {
            const auto end = std::min(rest.find_first_of(Blanks), rest.size());
            words.push_back({Word::Kind::Plain, std::string(rest.substr(0, end))});
            rest.remove_prefix(end);
            continue;
        }
        const auto end = rest.find('"', 1);
        if (end == rest.npos)
            refuse(line.number, "has a quotation mark without its other one");
        words.push_back({Word::Kind::Quoted, std::string(rest.substr(1, end - 1))});
        rest.remove_prefix(end + 1);
    }
    return words;
}

class SquidLines {
public:
    explicit SquidLines(std::string_view text) : rest_(text) {}

    std::optional<Line> next()
    {
        Line line;
        while (!rest_.empty()) {
            const auto part = take();
            if (part.empty() || part.starts_with('#')) // also between continued lines
                continue;
            if (line.text.empty())
                line.number = number_;
            line.text += part;
            if (!line.text.ends_with('\\'))
                break;
            line.text.pop_back();
        }
        line.text = trimmed(line.text);
        return line.text.empty() ? std::nullopt : std::optional(std::move(line));
    }

private:
    std::string_view take()
    {
        ++number_;
        const auto line = takeLine(rest_);
        if (std::ranges::any_of(line, [](char c) { return isControl(c) && !Blanks.contains(c); }))
            refuse(number_, "has a control character; is this a squid.conf?");
        return line.substr(std::min(line.find_first_not_of(Blanks), line.size()));
    }

    std::string_view rest_;
    std::size_t number_ = 0;
};

// One value a line.
void addValuesOfFile(SquidAcl& acl, const std::string& file, const SquidFileReader& readFile)
{
    const auto content = readFile(file);
    if (!content) {
        acl.fault = content.error();
        return;
    }
    const auto text = utf8Of(*content);
    for (std::string_view rest = text; !rest.empty();) {
        const auto value = trimmed(takeLine(rest));
        if (!value.empty() && !value.starts_with('#'))
            acl.values.emplace_back(value);
    }
}

// The file of "parameters("FILE")"; empty for any other word.
std::string parametersFile(std::string_view word)
{
    constexpr std::string_view Begin = "parameters(\"";
    constexpr std::string_view End = "\")";
    if (!word.starts_with(Begin) || !word.ends_with(End) ||
        word.size() <= Begin.size() + End.size())
        return {};
    return std::string(word.substr(Begin.size(), word.size() - Begin.size() - End.size()));
}

SquidAcl aclOf(const Line& line, const std::vector<Word>& words, const SquidFileReader& readFile)
{
    if (words.size() < 3)
        refuse(line.number, "has an acl without a name or a type");
    SquidAcl acl;
    acl.line = line.number;
    acl.name = words[1].text;
    acl.type = words[2].text;
    auto word = words.begin() + 3;
    const auto isFlag = [](const Word& each) {
        return each.kind == Word::Kind::Plain && each.text.size() > 1 &&
               (each.text.front() == '-' || each.text.front() == '+');
    };
    for (; word != words.end() && isFlag(*word); ++word) {
        if (word->text == "--") {
            ++word;
            break;
        }
        acl.flags.push_back(word->text);
    }
    for (; word != words.end(); ++word) {
        const auto file =
            word->kind == Word::Kind::Quoted ? word->text : parametersFile(word->text);
        if (file.empty())
            acl.values.push_back(word->text);
        else
            addValuesOfFile(acl, file, readFile);
    }
    return acl;
}

SquidAccess accessOf(const Line& line, const std::vector<Word>& words)
{
    SquidAccess access;
    access.line = line.number;
    access.text = line.text;
    if (words.size() < 2 || (words[1].text != "allow" && words[1].text != "deny"))
        refuse(line.number, "has http_access without \"allow\" or \"deny\"");
    access.action = words[1].text == "allow" ? Action::Allow : Action::Deny;
    for (const auto& word : std::span(words).subspan(2)) {
        const auto isNot = word.text.starts_with('!');
        access.terms.push_back(
            {isNot ? word.text.substr(1) : word.text,
             isNot ? SquidAccess::Term::Sense::IsNot : SquidAccess::Term::Sense::Is});
    }
    return access;
}

} // namespace

SquidConfiguration readSquidConfiguration(std::string_view text, const SquidFileReader& readFile)
{
    SquidConfiguration configuration;
    const auto valid = utf8Of(text);
    SquidLines lines(valid);
    while (const auto line = lines.next()) {
        const auto name = line->text.substr(0, line->text.find_first_of(Blanks));
        if (name != "acl" && name != "http_access") {
            configuration.others.push_back({line->number, name});
            continue;
        }
        if (name == "acl")
            configuration.acls.push_back(aclOf(*line, wordsOf(*line), readFile));
        else
            configuration.access.push_back(accessOf(*line, wordsOf(*line)));
    }
    return configuration;
}

} // namespace sallyport::policy
