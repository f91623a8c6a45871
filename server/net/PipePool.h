// PipePool: kernel pipes for splice(2), lent while bytes are in them.
//
// An idle pipe costs 2 KB of kernel memory and two descriptors, so tunnels hold none while nothing
// moves.
#pragma once

#include <cstddef>
#include <vector>

namespace sallyport::net {

/// Owner of both ends; empty when no pipe could be had.
class Pipe {
public:
    Pipe() = default;
    Pipe(int readEnd, int writeEnd) : readEnd_(readEnd), writeEnd_(writeEnd) {}
    Pipe(Pipe&& other) noexcept;
    Pipe& operator=(Pipe&& other) noexcept;
    ~Pipe();

    [[nodiscard]] explicit operator bool() const { return readEnd_ >= 0; }
    [[nodiscard]] int readEnd() const { return readEnd_; }
    [[nodiscard]] int writeEnd() const { return writeEnd_; }

private:
    int readEnd_ = -1;
    int writeEnd_ = -1;
};

class PipePool {
public:
    /// Empty when the process is out of descriptors.
    [[nodiscard]] Pipe borrow();
    /// Takes back an empty pipe.
    void giveBack(Pipe pipe);

    static constexpr std::size_t PipeBytes = 1024 * 1024;

private:
    static constexpr std::size_t MaxIdle = 64;
    std::vector<Pipe> idle_;
};

} // namespace sallyport::net
