#include "net/PipePool.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace sallyport::net {

Pipe::Pipe(Pipe&& other) noexcept
    : readEnd_(std::exchange(other.readEnd_, -1)), writeEnd_(std::exchange(other.writeEnd_, -1))
{}

Pipe& Pipe::operator=(Pipe&& other) noexcept
{
    std::swap(readEnd_, other.readEnd_);
    std::swap(writeEnd_, other.writeEnd_);
    return *this;
}

Pipe::~Pipe()
{
    if (readEnd_ < 0)
        return;
    ::close(readEnd_);
    ::close(writeEnd_);
}

Pipe PipePool::borrow()
{
    if (!idle_.empty()) {
        Pipe pipe = std::move(idle_.back());
        idle_.pop_back();
        return pipe;
    }
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return {};
    // An unprivileged process may have used up its share of large pipes; a smaller one serves as
    // well.
    if (::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(PipeBytes)) < 0)
        ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(PipeBytes / 4));
    return {ends[0], ends[1]};
}

void PipePool::giveBack(Pipe pipe)
{
    if (pipe && idle_.size() < MaxIdle)
        idle_.push_back(std::move(pipe));
}

} // namespace sallyport::net
