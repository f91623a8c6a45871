#include "policy/CellIndex.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr std::size_t Stride = 256;

} // namespace

bool RowMask::isEmpty() const
{
    return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
}

void RowMask::clearFrom(std::size_t row)
{
    words_[row / 64] &= bitOf(row) - 1;
    std::fill(words_.begin() + static_cast<std::ptrdiff_t>(row / 64) + 1, words_.end(), 0);
}

void RowMask::keepOnly(const RowMask& others)
{
    for (std::size_t word = 0; word < words_.size(); ++word)
        words_[word] &= others.words_[word];
}

void RowMask::removeAll(const RowMask& others)
{
    for (std::size_t word = 0; word < words_.size(); ++word)
        words_[word] &= ~others.words_[word];
}

void RowMask::addAll(const RowMask& others)
{
    for (std::size_t word = 0; word < words_.size(); ++word)
        words_[word] |= others.words_[word];
}

CellIndex::CellIndex(std::span<const CellSet> rows) : rows_(rows.size())
{
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        for (const auto& run : rows[row].runs()) {
            toggles_.push_back({run.first, row});
            toggles_.push_back({run.last + 1, row});
        }
    }
    std::ranges::sort(toggles_);
    RowMask holding(rows_);
    for (std::size_t count = 0; count < toggles_.size(); ++count) {
        if (count % Stride == 0)
            kept_.push_back(holding);
        holding.toggle(toggles_[count].row);
    }
    if (toggles_.size() % Stride == 0)
        kept_.push_back(holding);
}

std::size_t CellIndex::togglesUpTo(Cell cell) const
{
    const auto behind = std::ranges::upper_bound(toggles_, cell, {}, &Toggle::cell);
    return static_cast<std::size_t>(behind - toggles_.begin());
}

std::span<const CellIndex::Toggle> CellIndex::togglesWithin(const CellRun& run) const
{
    const auto begin = togglesUpTo(run.first);
    return std::span(toggles_).subspan(begin, togglesUpTo(run.last) - begin);
}

RowMask CellIndex::holding(Cell cell) const
{
    const auto count = togglesUpTo(cell);
    auto rows = kept_[count / Stride];
    for (auto index = count / Stride * Stride; index < count; ++index)
        rows.toggle(toggles_[index].row);
    return rows;
}

RowMask CellIndex::holdingAll(const CellSet& cells) const
{
    RowMask all(rows_);
    bool isFirst = true;
    for (const auto& run : cells.runs()) {
        auto rows = holding(run.first);
        for (const auto& toggle : togglesWithin(run))
            rows.remove(toggle.row);
        if (isFirst)
            all = std::move(rows);
        else
            all.keepOnly(rows);
        isFirst = false;
    }
    return all;
}

RowMask CellIndex::holdingAny(const CellSet& cells) const
{
    RowMask any(rows_);
    for (const auto& run : cells.runs()) {
        any.addAll(holding(run.first));
        for (const auto& toggle : togglesWithin(run))
            any.add(toggle.row);
    }
    return any;
}

} // namespace sallyport::policy
