#include "policy/inspection/ScanScratch.h"

#include <hs.h>

#include <new>

namespace sallyport::policy::inspection {

ScanRoom::~ScanRoom()
{
    hs_free_scratch(room_);
}

void ScanRoom::growFor(const hs_database* database)
{
    if (hs_alloc_scratch(database, &room_) != HS_SUCCESS)
        throw std::bad_alloc();
}

} // namespace sallyport::policy::inspection
