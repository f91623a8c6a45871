// QueryGrammar: the text of the search field, taken apart into terms. Pure.
//
//   query = *( [ "-" ] [ field ":" ] value ), with spaces between them
//   value = word | DQUOTE text DQUOTE, in which \" and \\ stand for themselves
//
// Knows no field: what a term means, SessionQuery says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::audit {

struct QueryTerm {
    enum class Kind : std::uint8_t { Include, Exclude } kind = Kind::Include;
    std::string field; ///< lower case; empty: a bare value
    std::string value; ///< without quotes
    enum class Quotes : std::uint8_t { None, Quoted } quotes = Quotes::None;
    std::size_t at = 0;      ///< where the term begins in the query, in bytes
    std::size_t length = 0;  ///< of the whole term
    std::size_t valueAt = 0; ///< where its value begins
};

/// What is wrong with a query, and where.
struct QueryComplaint {
    std::size_t at = 0;
    std::size_t length = 0;
    std::string detail;
};

struct ParsedQuery {
    std::vector<QueryTerm> terms;
    std::vector<QueryComplaint> complaints; ///< of quotes and of fields without a value
};

[[nodiscard]] ParsedQuery parseQuery(std::string_view query);

} // namespace sallyport::admin::audit
