// BufferPool: equal blocks for heads and framed bodies, held only while a connection has bytes to
// look at.
//
// One per worker; not thread-safe. A limited number of blocks is kept for the next user, the others
// go back to the heap.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace sallyport::net {

class BufferPool {
public:
    explicit BufferPool(std::size_t blockBytes) : blockBytes_(blockBytes) {}
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    class Block {
    public:
        Block() = default;
        Block(BufferPool& pool, std::unique_ptr<char[]> bytes)
            : pool_(&pool), bytes_(std::move(bytes))
        {}
        Block(Block&&) noexcept = default;
        Block& operator=(Block&& other) noexcept
        {
            release();
            pool_ = other.pool_;
            bytes_ = std::move(other.bytes_);
            return *this;
        }
        ~Block() { release(); }

        [[nodiscard]] explicit operator bool() const { return bytes_ != nullptr; }
        [[nodiscard]] std::span<char> span() const { return {bytes_.get(), pool_->blockBytes_}; }
        void release()
        {
            if (bytes_)
                pool_->takeBack(std::move(bytes_));
        }

    private:
        BufferPool* pool_ = nullptr;
        std::unique_ptr<char[]> bytes_;
    };

    [[nodiscard]] Block borrow()
    {
        if (idle_.empty())
            return {*this, std::make_unique_for_overwrite<char[]>(blockBytes_)};
        auto bytes = std::move(idle_.back());
        idle_.pop_back();
        return {*this, std::move(bytes)};
    }

private:
    static constexpr std::size_t MaxIdle = 64;

    void takeBack(std::unique_ptr<char[]> bytes)
    {
        if (idle_.size() < MaxIdle)
            idle_.push_back(std::move(bytes));
    }

    std::size_t blockBytes_;
    std::vector<std::unique_ptr<char[]>> idle_;
};

} // namespace sallyport::net
