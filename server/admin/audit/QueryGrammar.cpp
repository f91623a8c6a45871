#include "admin/audit/QueryGrammar.h"

#include "policy/Ascii.h"

#include <algorithm>

namespace sallyport::admin::audit {
namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t';
}

bool isOfField(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Reader {
public:
    explicit Reader(std::string_view query) : query_(query) {}

    ParsedQuery read()
    {
        for (skipSpaces(); at_ < query_.size(); skipSpaces())
            readTerm();
        return std::move(parsed_);
    }

private:
    void skipSpaces()
    {
        while (at_ < query_.size() && isSpace(query_[at_]))
            ++at_;
    }

    void readTerm()
    {
        QueryTerm term;
        term.at = at_;
        if (query_[at_] == '-' && at_ + 1 < query_.size() && !isSpace(query_[at_ + 1])) {
            term.kind = QueryTerm::Kind::Exclude;
            ++at_;
        }
        readField(term);
        term.valueAt = at_;
        if (at_ < query_.size() && query_[at_] == '"')
            readQuoted(term);
        else
            while (at_ < query_.size() && !isSpace(query_[at_]))
                term.value += query_[at_++];
        term.length = at_ - term.at;
        if (term.value.empty() && term.quotes == QueryTerm::Quotes::None)
            parsed_.complaints.push_back(
                {term.at, term.length,
                 term.field + ": has no value; write one behind the colon, or \"\" for none"});
        else
            parsed_.terms.push_back(std::move(term));
    }

    // A colon in front of which other things stand belongs to the value, as in an IPv6 address.
    void readField(QueryTerm& term)
    {
        const auto rest = query_.substr(at_);
        const auto end = std::ranges::find_if_not(rest, isOfField);
        if (end == rest.begin() || end == rest.end() || *end != ':')
            return;
        term.field = policy::inLowerCase({rest.begin(), end});
        at_ += term.field.size() + 1;
    }

    void readQuoted(QueryTerm& term)
    {
        term.quotes = QueryTerm::Quotes::Quoted;
        const std::size_t begin = at_++;
        while (at_ < query_.size() && query_[at_] != '"') {
            if (query_[at_] == '\\' && at_ + 1 < query_.size())
                ++at_;
            term.value += query_[at_++];
        }
        if (at_ == query_.size())
            parsed_.complaints.push_back(
                {begin, at_ - begin, "the quotation mark is not closed; write another behind it"});
        else
            ++at_;
    }

    std::string_view query_;
    std::size_t at_ = 0;
    ParsedQuery parsed_;
};

} // namespace

ParsedQuery parseQuery(std::string_view query)
{
    return Reader(query).read();
}

} // namespace sallyport::admin::audit
