#include "policy/inspection/MessageScanner.h"

#include <hs.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace sallyport::policy::inspection {
namespace {

constexpr std::size_t MaxTail = PatternSet::MaxMatchBytes;
// What hs_scan_stream() takes at once.
constexpr std::size_t MaxPieceBytes = std::size_t{1} << 30U;

} // namespace

struct MessageScanner::Piece {
    MessageScanner& scanner;
    std::span<const char> content;
    Listener& listener;
    std::exception_ptr failure; // an exception must not pass through Vectorscan

    // What the scan gave; throws what was thrown in it.
    void check(hs_error_t outcome) const
    {
        if (failure)
            std::rethrow_exception(failure);
        if (outcome != HS_SUCCESS)
            throw std::runtime_error("Vectorscan: error " + std::to_string(outcome));
    }
};

MessageScanner::MessageScanner(const PatternSet& patterns, ScanScratch& scratch)
    : patterns_(patterns), scratch_(scratch)
{
    if (hs_open_stream(patterns.database(), 0, &stream_) != HS_SUCCESS)
        throw std::bad_alloc();
}

MessageScanner::~MessageScanner()
{
    hs_close_stream(stream_, nullptr, nullptr, nullptr);
}

void MessageScanner::read(std::span<const char> content, Listener& listener)
{
    while (!content.empty()) {
        Piece piece{*this, content.first(std::min(content.size(), MaxPieceBytes)), listener, {}};
        piece.check(hs_scan_stream(stream_, piece.content.data(),
                                   static_cast<unsigned>(piece.content.size()), 0,
                                   scratch_.messages.room(), onRawMatch, &piece));
        keepTail(piece.content);
        content = content.subspan(piece.content.size());
    }
}

void MessageScanner::end(Listener& listener)
{
    Piece piece{*this, {}, listener, {}};
    auto* const ended = std::exchange(stream_, nullptr);
    piece.check(hs_close_stream(ended, scratch_.messages.room(), onRawMatch, &piece));
}

int MessageScanner::onRawMatch(unsigned id, unsigned long long, unsigned long long to, unsigned,
                               void* context) noexcept
{
    auto& piece = *static_cast<Piece*>(context);
    try {
        piece.scanner.checkRawMatch(id, to, piece);
        return 0;
    } catch (...) {
        piece.failure = std::current_exception();
        return 1;
    }
}

void MessageScanner::checkRawMatch(std::size_t place, std::uint64_t end, Piece& piece)
{
    const auto& pattern = patterns_.patterns()[place];
    if (!piece.listener.isWanted(pattern))
        return;
    const auto text = textBefore(end, piece);
    if (pattern.builtIn == nullptr) {
        piece.listener.onMatch(pattern, end, patterns_.matchAtEnd(place, text, scratch_));
        return;
    }
    if (const auto match = checkMatch(*pattern.builtIn, text))
        piece.listener.onMatch(pattern, end - match->behind, match->text);
}

std::string_view MessageScanner::textBefore(std::uint64_t end, const Piece& piece)
{
    const auto read = static_cast<std::size_t>(end - offset_); // of the piece
    if (read >= MaxTail)
        return {piece.content.data() + read - MaxTail, MaxTail};
    std::copy_n(piece.content.data(), read, tail_.data() + tailBytes_);
    const auto known = tailBytes_ + read;
    const auto wanted = std::min(known, MaxTail);
    return {tail_.data() + known - wanted, wanted};
}

void MessageScanner::keepTail(std::span<const char> content)
{
    offset_ += content.size();
    const auto fromContent = std::min(content.size(), MaxTail);
    const auto fromTail = std::min(tailBytes_, MaxTail - fromContent);
    std::copy_n(tail_.data() + tailBytes_ - fromTail, fromTail, tail_.data());
    std::copy_n(content.data() + content.size() - fromContent, fromContent,
                tail_.data() + fromTail);
    tailBytes_ = fromTail + fromContent;
}

} // namespace sallyport::policy::inspection
