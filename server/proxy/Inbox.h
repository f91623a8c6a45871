// Inbox: bytes read from one peer and not yet consumed. Holds a block only while there are any, or
// while it is read into.
#pragma once

#include "net/BufferPool.h"

#include <cstring>
#include <string_view>

namespace sallyport::proxy {

class Inbox {
public:
    explicit Inbox(net::BufferPool& pool) : pool_(pool) {}

    [[nodiscard]] std::string_view bytes() const
    {
        return block_ ? std::string_view(block_.span().data() + begin_, end_ - begin_)
                      : std::string_view();
    }
    [[nodiscard]] bool empty() const { return begin_ == end_; }

    /// Room to read into; moves what is there to the front when that helps. Empty when the block is
    /// full.
    [[nodiscard]] std::span<char> room()
    {
        if (!block_) {
            block_ = pool_.borrow();
            begin_ = end_ = 0;
        }
        if (begin_ > 0 && (begin_ == end_ || end_ == block_.span().size())) {
            std::memmove(block_.span().data(), block_.span().data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        return block_.span().subspan(end_);
    }
    void added(std::size_t bytes) { end_ += bytes; }
    void consume(std::size_t bytes) { begin_ += bytes; }
    void releaseIfEmpty()
    {
        if (empty())
            release();
    }
    void release()
    {
        block_.release();
        begin_ = end_ = 0;
    }

private:
    net::BufferPool& pool_;
    net::BufferPool::Block block_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace sallyport::proxy
