#include "app/PolicyDifferenceText.h"

#include <iostream>

namespace sallyport::app {

void printDifference(const DifferenceSide& before, const DifferenceSide& after)
{
    const auto lines = policy::differenceLines(differenceOf(before, after));
    if (lines.empty())
        std::cout << "Nothing differs between " << before.name << " and " << after.name << ".\n";
    else
        std::cout << "From " << before.name << " to " << after.name << ":\n";
    for (const std::string& line : lines)
        std::cout << "  " << line << '\n';
}

} // namespace sallyport::app
