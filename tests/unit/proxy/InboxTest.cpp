#include "proxy/Inbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sallyport::proxy {
namespace {

void put(Inbox& inbox, std::string_view bytes)
{
    const auto room = inbox.room();
    ASSERT_GE(room.size(), bytes.size());
    std::copy(bytes.begin(), bytes.end(), room.begin());
    inbox.added(bytes.size());
}

TEST(Inbox, GivesWhatWasAddedAndNotConsumed)
{
    net::BufferPool pool(16);
    Inbox inbox(pool);
    EXPECT_TRUE(inbox.empty());
    EXPECT_EQ(inbox.bytes(), "");
    put(inbox, "abcdef");
    inbox.consume(2);
    put(inbox, "gh");
    EXPECT_EQ(inbox.bytes(), "cdefgh");
}

TEST(Inbox, MakesRoomByMovingWhatIsLeft)
{
    net::BufferPool pool(8);
    Inbox inbox(pool);
    put(inbox, "abcdefgh");
    EXPECT_TRUE(inbox.room().empty());
    inbox.consume(6);
    put(inbox, "ijklmn");
    EXPECT_EQ(inbox.bytes(), "ghijklmn");
}

TEST(Inbox, HoldsNoBlockWhileItIsEmpty)
{
    net::BufferPool pool(8);
    Inbox first(pool);
    put(first, "abc");
    const char* block = first.bytes().data();
    first.releaseIfEmpty();
    EXPECT_EQ(first.bytes(), "abc");
    first.consume(3);
    first.releaseIfEmpty();
    Inbox second(pool);
    EXPECT_EQ(second.room().data(), block); // the one given back
}

} // namespace
} // namespace sallyport::proxy
