// RuleTable: the rows of all layers compiled by dimension, and the walk over them for given facts.
//
// The rows of a layer stand together in their order, behind them its default row, which every fact
// suits. Each fact is looked up once for all layers.
#pragma once

#include "policy/AddressColumn.h"
#include "policy/HostColumn.h"
#include "policy/PathColumn.h"
#include "policy/PolicyDocument.h"
#include "policy/RowsInPlay.h"
#include "policy/TimeColumn.h"
#include "policy/Verdict.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace sallyport::policy {

class RuleTable {
public:
    /// Rows that are not enabled are left out. Points into `document` and `lists`, which must stay
    /// where they are. Throws PolicyError.
    RuleTable(const PolicyDocument& document, const DestinationLists& lists);
    RuleTable(const RuleTable&) = delete;
    RuleTable& operator=(const RuleTable&) = delete;

    /// Tells `play` what each dimension says of the facts. The host's texts are borrowed.
    void lookUp(const Facts& facts, Stage stage, const HostKey& host, RowsInPlay& play) const;
    /// For one decision.
    [[nodiscard]] RowsInPlay rowsInPlay(const Facts& facts) const
    {
        using enum RowsInPlay::Address;
        return {rows_.rules.size() / RowsPerWord, always_,
                facts.destination ? Resolved : Unresolved};
    }

    /// Walks a layer. Layers must be walked in their order. Rows in report mode that were passed
    /// and surely match are added to `would` if the layer gives an answer.
    [[nodiscard]] LayerAnswer walk(Layer layer, const Facts& facts, RowsInPlay& play,
                                   WouldHits& would) const;

    [[nodiscard]] std::size_t rowCount() const { return rows_.rules.size(); }
    /// Null for a default row, and for the numbers behind it up to the next layer.
    [[nodiscard]] const Rule* ruleAt(RowNumber row) const { return rows_.rules[row]; }
    [[nodiscard]] RowNumber defaultRow(Layer layer) const { return of(layer).defaultRow; }
    [[nodiscard]] RowNumber firstRow(Layer layer) const { return of(layer).first; }
    [[nodiscard]] bool reads(Dimension dimension) const
    {
        return of(dimension).use == DimensionRows::Use::Used;
    }

private:
    struct LayerRows {
        RowNumber first = 0; // of a word
        RowNumber defaultRow = 0;
    };
    // How a row's answer compares with another's: the same number, the same answer.
    using OutcomeNumber = std::uint32_t;

    [[nodiscard]] const DimensionRows& of(Dimension dimension) const
    {
        return dimensions_[static_cast<std::size_t>(dimension)];
    }
    [[nodiscard]] const LayerRows& of(Layer layer) const
    {
        return rows_.layers[static_cast<std::size_t>(layer)];
    }

    struct NumberedRows {
        std::vector<const Rule*> rules; // by RowNumber
        std::array<LayerRows, LayerCount> layers;
    };
    [[nodiscard]] static NumberedRows numbered(const PolicyDocument& document);
    [[nodiscard]] std::array<DimensionRows, DimensionCount> conditions();
    [[nodiscard]] ValueRowsMaker on(Dimension dimension)
    {
        return {pool_, of(dimension).found, of(dimension).foundUnresolved};
    }
    void noteOutcomes(const PolicyDocument& document);
    // Rows that were passed because they are not certain, or not enforced.
    struct Passed {
        RowWord denying = 0;
        RowWord allowing = 0;
        std::optional<OutcomeNumber> outcome;
        enum class Outcomes : std::uint8_t { One, Several } outcomes = Outcomes::One;
        WouldHits reporting;
    };
    void pass(Layer layer, RowWord possible, RowWord certain, std::size_t word,
              Passed& passed) const;
    [[nodiscard]] LayerAnswer answerOf(Layer layer, RowNumber row, const Facts& facts,
                                       const Passed& passed) const;

    template <class Value>
    [[nodiscard]] std::vector<RowCondition<Value>>
    valuesOf(std::vector<Value> Conditions::*column) const;
    [[nodiscard]] std::vector<RowCondition<KeyRange<std::uint32_t>>> portRanges() const;
    [[nodiscard]] std::vector<RowCondition<KeyRange<std::int64_t>>> validity() const;
    [[nodiscard]] std::vector<std::pair<ListNumber, ValueRows>>
    addressLists(const DestinationLists& lists, const ValueRowsMaker& maker) const;
    void lookUpProtocol(const Facts& facts, Stage stage, RowsInPlay& play) const;
    void lookUpSubprotocol(const Facts& facts, Stage stage, RowsInPlay& play) const;
    void lookUpAddress(const Facts& facts, RowsInPlay& play) const;
    void lookUpQuery(std::string_view query, RowsInPlay& play) const;

    const DestinationLists& lists_;
    const NumberedRows rows_;
    RowListPool pool_;
    RowList always_; // rows that want no value at all
    const std::array<DimensionRows, DimensionCount> dimensions_;
    RowBits reporting_;
    RowBits denying_;                     // of guard, emergency and access
    std::vector<OutcomeNumber> outcomes_; // by RowNumber; of inspection and limits

    RangeColumn<std::int64_t> validity_; // seconds since 1970
    TimeColumn time_;
    TextColumn<ExactText> listener_;
    AddressColumn client_;
    TextColumn<FoldedText> user_;
    TextColumn<FoldedText> group_;
    // A tunnel is Connect and what is found in it; anything else is one protocol alone.
    std::array<ValueRows, ProtocolCount> protocol_;
    std::array<ValueRows, ProtocolCount> tunnelled_;
    HostColumn host_;
    RangeColumn<std::uint32_t> port_;
    TextColumn<ExactText> method_;
    PathColumn path_;
    TextColumn<ExactText> query_;
    HostColumn origin_;
    TextColumn<ExactText> subprotocol_;
    AddressColumn address_;
    std::vector<std::pair<ListNumber, ValueRows>> addressLists_;
    HostColumn sni_;
    TextColumn<ExactText> alpn_;
    TextColumn<ExactText> names_;
};

} // namespace sallyport::policy
