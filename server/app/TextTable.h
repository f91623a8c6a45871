// TextTable: rows under titles, in columns that fit a width; what a terminal is wide.
//
// Takes each character as one column of a terminal. Knows nothing of what it shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::app {

/// Columns of a terminal that `text` takes up.
[[nodiscard]] std::size_t columnsOf(std::string_view text);
/// The bytes of `text` that fit into `room` columns.
[[nodiscard]] std::size_t bytesFitting(std::string_view text, std::size_t room);

/// Of standard output, in columns; no limit where it is no terminal.
[[nodiscard]] std::size_t outputWidth();

class TextTable {
public:
    static constexpr std::size_t NoLimit = std::numeric_limits<std::size_t>::max();

    enum class Align : std::uint8_t { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Left;
        /// What is longer ends in "…" when there is no room, down to this width; 0: it is never
        /// cut.
        std::size_t least = 0;
        /// Columns with a smaller one are left out first when there still is no room; 0 never.
        unsigned importance = 0;
    };

    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// As many cells as columns; what comes from outside must be safe for a terminal already.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    [[nodiscard]] bool isEmpty() const { return rows_.empty(); }
    /// Titles and rows, a line each. Columns that are empty in all rows are left out.
    [[nodiscard]] std::string text(std::size_t width) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace sallyport::app
