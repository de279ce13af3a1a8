// Days of every kind by seed: breaks, days off, planning in the middle of the day or of a break, departed and pinned
// work, promises, scarce skills and parts, several visits at one site, and visits that nobody can serve.
#pragma once

#include "dispatch/planning/day/day.hpp"
#include "dispatch/planning/random.hpp"

namespace callout::planning::day {

class RandomDay {
public:
    explicit RandomDay(std::uint64_t seed) : random_(seed) {}

    Day make() {
        Day day;
        day.now = at(random_.below(3) == 0 ? 0 : 420 + random_.below(500));
        day.travel.speed_km_h = 30 + random_.below(60);
        const int technicians = random_.below(9);
        for (int i = 1; i <= technicians; ++i) day.technicians.push_back(technician(i));
        const int visits = random_.below(40);
        for (int i = 1; i <= visits; ++i) day.visits.push_back(visit(i, technicians, day.now));
        if (visits > 2 && random_.chance(0.2)) day.visits[1].ticket_id = day.visits[0].ticket_id;
        if (technicians > 1 && random_.chance(0.2)) day.technicians[1].id = 1;
        return day;
    }

private:
    Random random_;

    // Minutes after midnight of the day.
    static Instant at(int minute) { return Instant{std::chrono::days{20'000}} + std::chrono::minutes{minute}; }

    Point place() {
        // A grid, so that some sites are the same.
        return {39.0 + random_.below(20) * 0.02, 116.0 + random_.below(20) * 0.02};
    }

    Codes codes(double chance) {
        Codes chosen;
        for (const auto* code : {"a", "b", "c"}) {
            if (random_.chance(chance)) chosen.emplace_back(code);
        }
        return chosen;
    }

    Parts parts(double chance, int most) {
        Parts chosen;
        for (const auto* number : {"P1", "P2", "P3"}) {
            if (random_.chance(chance)) chosen.push_back({number, 1 + random_.below(most)});
        }
        return chosen;
    }

    Technician technician(int id) {
        Technician made{.id = id};
        made.dealer_unit_id = 1 + random_.below(2);
        if (!random_.chance(0.05)) made.home = place();
        if (random_.chance(0.1)) made.position = place();
        made.skills = codes(0.8);
        made.tools = codes(0.8);
        made.licences = codes(0.9);
        made.parts = parts(0.8, 4);
        if (random_.chance(0.3)) made.visits_a_day = 1 + random_.below(6);
        made.mean_working_min = random_.below(500);
        if (random_.chance(0.07)) return made;
        const int begin = 420 + 30 * random_.below(5);
        const int end = 900 + 30 * random_.below(10);
        if (random_.chance(0.6)) {
            made.working = {{at(begin), at(720)}, {at(720 + 15 * (1 + random_.below(6))), at(end)}};
        } else {
            made.working = {{at(begin), at(end)}};
        }
        return made;
    }

    Visit visit(int id, int technicians, Instant now) {
        Visit made{.ticket_id = id};
        if (!random_.chance(0.04)) made.site = random_.chance(0.03) ? Point{0, 0} : place();
        made.needs = {codes(0.2), codes(0.15), codes(0.1), parts(0.15, 2)};
        const int from = random_.below(1000);
        made.window =
            random_.chance(0.4) ? Interval{at(0), at(1440)} : Interval{at(from), at(from + 30 + random_.below(500))};
        made.duration = std::chrono::minutes{random_.chance(0.02) ? 900 : 10 + random_.below(150)};
        made.priority = random_.chance(0.2) ? 5 : 1;
        if (random_.chance(0.3)) made.promised_arrival_at = at(480 + random_.below(500));
        if (random_.chance(0.3)) made.due_at = at(480 + random_.below(500));
        if (random_.chance(0.2)) made.dealers = std::vector<std::int64_t>{1 + random_.below(2)};
        if (random_.chance(0.4)) made.technician_id = 1 + random_.below(technicians + 1);
        if (!made.technician_id) return made;
        made.state = VisitState::assigned;
        made.pinned = random_.chance(0.2);
        if (!random_.chance(0.2)) return made;
        made.state = VisitState::departed;
        made.departed_at = now - std::chrono::minutes{random_.below(120)};
        if (random_.chance(0.5)) made.arrived_at = *made.departed_at + std::chrono::minutes{random_.below(30)};
        if (made.arrived_at && *made.arrived_at > now) made.arrived_at.reset();
        return made;
    }
};

}  // namespace callout::planning::day
