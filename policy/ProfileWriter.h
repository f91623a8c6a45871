// ProfileWriter: inspection profiles as a document has them.
#pragma once

#include "policy/JsonText.h"
#include "policy/inspection/InspectionProfile.h"

#include <vector>

namespace sallyport::policy {

void putProfile(JsonText& json, const inspection::InspectionProfile& profile);
/// Puts the key "profiles" and its value into the object that is open.
void putProfiles(JsonText& json, const std::vector<inspection::InspectionProfile>& profiles);

} // namespace sallyport::policy
