// AdminSpool: acts of administrators on their way from the commands, each a process of its own, to
// the audit log, which only a server writes. While none runs they wait here.
//
// A file: one line with its random id, then one act a line as JSON. Safe for several processes at
// once. What was read is known by id and position, so that the log can keep both in the transaction
// that takes the acts in: each comes in exactly once, whatever crashes when.
#pragma once

#include "db/AuditEvent.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::db {

class AdminSpool {
public:
    static constexpr std::string_view FileName = "admin.spool";
    /// Of the acts that one read() gives, by what they take up in the file.
    static constexpr std::size_t MostReadBytes = 1 << 20;
    static constexpr std::size_t MostActBytes = MostReadBytes / 2;
    static constexpr std::chrono::milliseconds LockTimeout{5000};

    using Id = std::array<std::uint8_t, 16>;
    struct Unread {
        Id id{};
        std::uint64_t position = 0; ///< in the file, behind the last of the acts
        std::vector<AdminAct> acts;
    };
    /// Up to which position the file of that id was read; 0: never.
    using PositionOf = std::function<std::uint64_t(const Id&)>;

    /// The spool of a data directory; touches nothing yet.
    explicit AdminSpool(const std::filesystem::path& folder) : file_(folder / FileName) {}

    /// Makes the file if it is missing. Throws DatabaseError, whose text says what to do, if this
    /// user cannot append to it.
    void requireWritable() const;
    /// On the disk when it returns. Throws DatabaseError having appended nothing.
    void append(const AdminAct& act) const;

    /// The next acts that were not read; nothing if there are none or somebody is just appending.
    /// Costs one stat() while the file is empty. A line that is no act becomes one that says so.
    /// Throws DatabaseError.
    [[nodiscard]] std::optional<Unread> read(const PositionOf& positionOf) const;
    /// Empties the file, under a new id, if it is the one of that id and ends at `position`; call
    /// it only once what was read is safe from a loss of power. Throws DatabaseError.
    void clear(const Id& id, std::uint64_t position) const;

private:
    class OpenFile;

    std::filesystem::path file_;
};

} // namespace sallyport::db
