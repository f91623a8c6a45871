#include "policy/RegexGroups.h"

#include "policy/PolicyError.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr std::size_t WorthASet = 4;

RE2::Options options()
{
    RE2::Options options(RE2::Quiet);
    options.set_case_sensitive(false);
    return options;
}

} // namespace

RegexGroups::RegexGroups(const std::map<std::string, Mentions>& expressions,
                         const ValueRowsMaker& maker)
{
    std::map<std::pair<const MaskedWord*, const MaskedWord*>, std::size_t> byRows; // of pooled lists
    for (const auto& [text, mentions] : expressions) {
        auto expression = std::make_unique<RE2>(text, options());
        if (!expression->ok())
            throw PolicyError("\"regex:" + text +
                              "\" is no regular expression: " + expression->error());
        const auto rows = maker.make(mentions.wanted, mentions.shutOut);
        const auto [place, isNew] = byRows.try_emplace(
            {rows.wanted.masks.data(), rows.shutOut.masks.data()}, groups_.size());
        if (isNew)
            groups_.push_back({.rows = rows, .expressions = {}, .all = {}});
        groups_[place->second].expressions.push_back(std::move(expression));
    }
    for (auto& group : groups_) {
        if (group.expressions.size() < WorthASet)
            continue;
        group.all = std::make_unique<RE2::Set>(options(), RE2::UNANCHORED);
        for (const auto& expression : group.expressions)
            group.all->Add(expression->pattern(), nullptr);
        if (!group.all->Compile())
            group.all.reset();
    }
}

bool RegexGroups::Group::matches(std::string_view text) const
{
    const re2::StringPiece piece(text.data(), text.size());
    if (all) {
        RE2::Set::ErrorInfo error{};
        if (all->Match(piece, nullptr, &error))
            return true;
        if (error.kind == RE2::Set::kNoError)
            return false;
        // The automaton outgrew its memory: one expression after the other, then.
    }
    return std::ranges::any_of(expressions, [&](const std::unique_ptr<RE2>& expression) {
        return RE2::PartialMatch(piece, *expression);
    });
}

} // namespace sallyport::policy
