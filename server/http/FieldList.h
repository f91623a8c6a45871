// FieldList: the fields of one head or trailer section, in order, as views into the bytes they were
// parsed from.
//
// Holds offsets, not copies: the bytes must outlive the list, and rebase() follows them when they
// move. Room for InlineFields without allocation. Knows the syntax of a field line (RFC 9112
// section 5) and of comma lists (RFC 9110 section 5.6.1), not what any field means.
#pragma once

#include "http/CharacterClass.h"
#include "http/HeadFault.h"
#include "http/HeadLimits.h"
#include "http/KnownField.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::http {

/// `value` has no white space at its ends.
struct Field {
    std::string_view name;
    std::string_view value;
    KnownField known = KnownField::Other;
};

/// Calls visit(element) for each non-empty element of a comma list of tokens; commas in quoted
/// strings do separate.
template <class Visitor>
void forEachListElement(std::string_view list, Visitor visit)
{
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto element = trimmed(list.substr(0, comma));
        if (!element.empty())
            visit(element);
        if (comma == std::string_view::npos)
            return;
        list.remove_prefix(comma + 1);
    }
}

class FieldList {
public:
    static constexpr std::size_t InlineFields = 64;

    class Iterator {
    public:
        using value_type = Field;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Iterator(const FieldList* list, std::size_t index) : list_(list), index_(index) {}
        Field operator*() const { return (*list_)[index_]; }
        Iterator& operator++()
        {
            ++index_;
            return *this;
        }
        Iterator operator++(int)
        {
            auto before = *this;
            ++index_;
            return before;
        }
        friend bool operator==(const Iterator&, const Iterator&) = default;

    private:
        const FieldList* list_ = nullptr;
        std::size_t index_ = 0;
    };

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] Field operator[](std::size_t index) const
    {
        const auto& entry = index < InlineFields ? inline_[index] : spilled_[index - InlineFields];
        return {{base_ + entry.nameBegin, entry.nameLength},
                {base_ + entry.valueBegin, entry.valueLength},
                static_cast<KnownField>(entry.known)};
    }
    [[nodiscard]] Iterator begin() const { return {this, 0}; }
    [[nodiscard]] Iterator end() const { return {this, size_}; }

    /// Constant time.
    [[nodiscard]] bool has(KnownField known) const { return (present_ & maskOf(known)) != 0; }
    /// The value of the first field of that name.
    [[nodiscard]] std::optional<std::string_view> find(KnownField) const;
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t count(KnownField) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;

    /// Calls visit(element) for the list elements of all fields of that name, in order.
    template <class Visitor>
    void forEachElement(KnownField known, Visitor visit) const
    {
        if (!has(known))
            return;
        for (const Field field : *this)
            if (field.known == known)
                forEachListElement(field.value, visit);
    }
    /// Whether the list field has this token among its elements, case-insensitively.
    [[nodiscard]] bool lists(KnownField, std::string_view token) const;

    // For the parsers of heads and trailers.

    void clear();
    /// Where the bytes are now; offsets count from there.
    void rebase(const char* base) { base_ = base; }
    /// Takes one line without its CRLF; `line` must lie behind the base given to rebase().
    [[nodiscard]] HeadFault appendLine(std::string_view line, const HeadLimits&);

private:
    struct Entry {
        std::uint32_t nameBegin;
        std::uint32_t valueBegin;
        std::uint32_t valueLength;
        std::uint32_t nameLength : 24;
        std::uint32_t known : 8;
    };

    static constexpr std::uint64_t maskOf(KnownField known)
    {
        return std::uint64_t{1} << static_cast<unsigned>(known);
    }

    const char* base_ = nullptr;
    std::size_t size_ = 0;
    std::uint64_t present_ = 0; ///< bit per KnownField
    std::array<Entry, InlineFields> inline_;
    std::vector<Entry> spilled_; ///< those beyond InlineFields
};

} // namespace sallyport::http
