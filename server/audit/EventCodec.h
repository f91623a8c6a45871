// EventCodec: audit events as bytes, for the journal between a worker and the writer.
//
// For one version of the program on one machine: numbers are as short as they are, texts lie behind
// their length. What must outlive an update of the program is in the store.
#pragma once

#include "audit/AuditEvent.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

namespace sallyport::audit {

/// Grows with every change of what the bytes mean.
inline constexpr std::uint32_t EventFormat = 1;

/// Appends the event. Kinds Admin and Checkpoint are never a worker's.
void encodeEvent(const AuditEvent& event, std::string& out);

class EventDecoder {
public:
    /// Nothing for bytes that are no event. Its views point into `bytes`; what was seen inside
    /// lives here until clear().
    [[nodiscard]] std::optional<AuditEvent> decode(std::span<const std::uint8_t> bytes);
    void clear();

private:
    std::deque<TunnelContents> contents_;
    std::deque<FoundByCheck> found_;
};

} // namespace sallyport::audit
