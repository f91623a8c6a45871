// StreamDigester: SHA-256 of what a session received and of what it sent, in each direction, each
// computed on its own side.
#pragma once

#include "audit/AuditEvent.h"
#include "policy/inspection/Direction.h"

#include <memory>
#include <span>

namespace sallyport::proxy {

class StreamDigester {
public:
    StreamDigester();
    ~StreamDigester();
    StreamDigester(const StreamDigester&) = delete;
    StreamDigester& operator=(const StreamDigester&) = delete;

    void received(policy::inspection::Direction direction, std::span<const char> bytes);
    void sent(policy::inspection::Direction direction, std::span<const char> bytes);
    /// Of all there was; nothing more is taken afterwards.
    [[nodiscard]] policy::inspection::PerDirection<audit::StreamDigests> finish();

private:
    class Hash;
    struct Way;
    std::unique_ptr<policy::inspection::PerDirection<Way>> ways_;
};

} // namespace sallyport::proxy
