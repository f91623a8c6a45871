// Replaces operator new with one that counts; see AllocationCount.h.

#include "AllocationCount.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

namespace {

std::atomic<std::size_t> count{0};

} // namespace

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

void* operator new(std::size_t bytes)
{
    count.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes))
        return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

#endif

namespace sallyport::test {

std::size_t allocations()
{
    return count.load(std::memory_order_relaxed);
}

TEST(AllocationCount, CountsWhereItCan)
{
    const auto before = allocations();
    const auto held = std::make_unique<std::size_t>(before);
    EXPECT_EQ(allocations(), *held + (AllocationsCounted ? 1 : 0));
}

} // namespace sallyport::test
