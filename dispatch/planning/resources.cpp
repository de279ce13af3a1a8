#include "dispatch/planning/resources.hpp"

#include <algorithm>

namespace callout::planning {

void normalise(Codes& codes) {
    std::ranges::sort(codes);
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
}

std::optional<std::string> first_missing(const Codes& there, const Codes& needed) {
    auto next = there.begin();
    for (const auto& code : needed) {
        next = std::lower_bound(next, there.end(), code);
        if (next == there.end() || *next != code) return code;
    }
    return std::nullopt;
}

void normalise(Parts& parts) {
    std::erase_if(parts, [](const Part& part) { return part.quantity <= 0; });
    std::ranges::stable_sort(parts, {}, &Part::number);
    Parts each_once;
    for (auto& part : parts) {
        if (!each_once.empty() && each_once.back().number == part.number)
            each_once.back().quantity += part.quantity;
        else
            each_once.push_back(std::move(part));
    }
    parts = std::move(each_once);
}

std::optional<Part> first_short(const Parts& there, const Parts& needed) {
    auto next = there.begin();
    for (const auto& part : needed) {
        next = std::lower_bound(next, there.end(), part.number,
                                [](const Part& stock, const std::string& number) { return stock.number < number; });
        const bool found = next != there.end() && next->number == part.number;
        const auto quantity = found ? next->quantity : 0;
        if (quantity < part.quantity) return Part{part.number, part.quantity - quantity};
    }
    return std::nullopt;
}

std::optional<Hindrance> first_missing_need(const Technician& technician, const Needs& needs) {
    if (auto skill = first_missing(technician.skills, needs.skills))
        return Hindrance{Obstacle::skill_missing, *std::move(skill)};
    if (auto licence = first_missing(technician.licences, needs.licences))
        return Hindrance{Obstacle::licence_missing, *std::move(licence)};
    if (auto tool = first_missing(technician.tools, needs.tools))
        return Hindrance{Obstacle::tool_missing, *std::move(tool)};
    if (auto part = first_short(technician.parts, needs.parts))
        return Hindrance{Obstacle::part_missing, std::move(part->number)};
    return std::nullopt;
}

}  // namespace callout::planning
