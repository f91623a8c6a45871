// ScanScratch: the room that Vectorscan works in.
#pragma once

struct hs_database;
struct hs_scratch;

namespace sallyport::policy::inspection {

/// For one scan at a time.
class ScanRoom {
public:
    ScanRoom() = default;
    ~ScanRoom();
    ScanRoom(const ScanRoom&) = delete;
    ScanRoom& operator=(const ScanRoom&) = delete;

    /// Not while it is scanned with. Throws std::bad_alloc.
    void growFor(const hs_database* database);
    /// Null before the first growFor().
    [[nodiscard]] hs_scratch* room() const { return room_; }

private:
    hs_scratch* room_ = nullptr;
};

/// What a thread scans with; grows to what the profiles need that it runs. Used by one thread.
class ScanScratch {
public:
    ScanRoom messages;
    ScanRoom starts; ///< of matches, looked for while a message is scanned
};

} // namespace sallyport::policy::inspection
