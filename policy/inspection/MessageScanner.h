// MessageScanner: looks for a profile's patterns in one message, from pieces of any size.
#pragma once

#include "policy/inspection/PatternSet.h"
#include "policy/inspection/ScanScratch.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string_view>

struct hs_stream;

namespace sallyport::policy::inspection {

class MessageScanner {
public:
    /// Called in the midst of scanning: must not scan on this thread.
    class Listener {
    public:
        /// Matches of other patterns are not looked into.
        virtual bool isWanted(const Pattern&) = 0;
        /// `end` is the offset behind the match, `text` what it is hashed from, empty where that
        /// is not known. Expressions of a person's own are told once per message.
        virtual void onMatch(const Pattern&, std::uint64_t end, std::string_view text) = 0;

    protected:
        ~Listener() = default;
    };

    /// The patterns, whose growScratch() was called, and the scratch outlive it.
    MessageScanner(const PatternSet& patterns, ScanScratch& scratch);
    ~MessageScanner();
    MessageScanner(const MessageScanner&) = delete;
    MessageScanner& operator=(const MessageScanner&) = delete;

    void read(std::span<const char> content, Listener& listener);
    /// Once, behind all content: tells what matches at the end only.
    void end(Listener& listener);

private:
    struct Piece;
    static int onRawMatch(unsigned id, unsigned long long from, unsigned long long to,
                          unsigned flags, void* piece) noexcept;
    void checkRawMatch(std::size_t place, std::uint64_t end, Piece& piece);
    [[nodiscard]] std::string_view textBefore(std::uint64_t end, const Piece& piece);
    void keepTail(std::span<const char> content);

    const PatternSet& patterns_;
    ScanScratch& scratch_;
    hs_stream* stream_ = nullptr;
    std::uint64_t offset_ = 0; // of the content not read yet
    // What was read last, and room for as much of the piece that is being read.
    std::array<char, 2 * PatternSet::MaxMatchBytes> tail_;
    std::size_t tailBytes_ = 0; // at most MaxMatchBytes
};

} // namespace sallyport::policy::inspection
