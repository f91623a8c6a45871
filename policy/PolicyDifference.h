// PolicyDifference: what changed from one policy document to another, by the ids of the rows.
//
// Compares what a person reads, the JSON text; so it knows the outline of a document (layers of
// rows with ids, profiles and cases with names) and no single field.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

enum class ChangeKind : std::uint8_t { Added, Removed, Kept };

/// JSON texts; empty where the field is not there.
struct FieldChange {
    std::string field; ///< "action", "when.host", "when.not.port"
    std::string before;
    std::string after;

    friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// A row that changed its layer is removed from the one and added to the other.
struct RowChange {
    ChangeKind kind = ChangeKind::Kept;
    std::string layer;
    std::string id;
    std::string name;       ///< the new one, if there is a new one
    std::size_t before = 0; ///< place in its layer from 1 on; 0: was not there
    std::size_t after = 0;  ///< likewise; 0: is not there
    enum class Place : std::uint8_t { Same, Moved } place = Place::Same; ///< among the kept rows
    std::vector<FieldChange> fields; ///< of an added or a kept row
};

/// A case and a profile are known by their names. In a profile's fields a check is one by its name
/// too: "checks[Large].largerThan".
struct NamedChange {
    ChangeKind kind = ChangeKind::Kept;
    std::string name;
    std::vector<FieldChange> fields;
};

/// Another content, by its hash; empty: the policy did not, or does not, refer to the list.
struct ListChange {
    std::string name;
    std::string before;
    std::string after;
};

struct PolicyDifference {
    std::vector<RowChange> rows; ///< layer after layer: removed ones first, then in the new order
    std::vector<NamedChange> profiles;
    std::vector<NamedChange> cases;
    std::vector<FieldChange> settings; ///< all else: "defaults.access", "pac.proxy", …
    std::vector<ListChange> lists;

    [[nodiscard]] bool isEmpty() const
    {
        return rows.empty() && profiles.empty() && cases.empty() && settings.empty() &&
               lists.empty();
    }
};

/// Content hashes of lists, by their names.
using ListHashes = std::map<std::string, std::string>;

/// Takes documents as PolicyDocument::toJson() writes them. As few rows as possible are said to be
/// moved. Throws PolicyError for a text that is no JSON.
[[nodiscard]] PolicyDifference differenceOf(std::string_view before, std::string_view after,
                                            const ListHashes& listsBefore = {},
                                            const ListHashes& listsAfter = {});

/// One change a line, its fields in indented lines below it; none when nothing changed.
[[nodiscard]] std::vector<std::string> differenceLines(const PolicyDifference& difference);
[[nodiscard]] Poco::JSON::Object differenceJson(const PolicyDifference& difference);

} // namespace sallyport::policy
