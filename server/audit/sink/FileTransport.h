// FileTransport: lines appended to a file that its owner alone can read.
//
// What could only be written in part is cut back, so that the file ends with a whole line. A file
// that was moved away is left at the next batch.
#pragma once

#include "audit/sink/Transport.h"

namespace sallyport::audit::sink {

class FileTransport : public Transport {
public:
    explicit FileTransport(const SinkSpec& spec);
    ~FileTransport() override;

    std::size_t send(std::span<const Outgoing> records, const Wait& wait) override;
    [[nodiscard]] bool isSettled() override; ///< brings what was written to the disk
    void reopen() override { close(); }

private:
    void open();
    void close();
    void leaveIfMoved();
    void completeLastLine();
    void append(const std::string& text);
    [[noreturn]] void fail(const char* what) const;

    const std::filesystem::path path_;
    const format::Format& format_;
    int file_ = -1;
};

} // namespace sallyport::audit::sink
