// How fast a large day is planned: one region of the demo network with 200 technicians and 1,000 visits.
//
//     callout_load_plan_scale [--technicians N] [--visits N] [--seconds S] [--seed N] [--region 0..4]
//
// Then something happens, at eleven o'clock: an urgent visit comes in and a technician falls ill; the plan is made anew
// from the one that stands.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "dispatch/planning/day/changes.hpp"
#include "dispatch/planning/day/search.hpp"
#include "dispatch/planning/day/verify.hpp"
#include "dispatch/planning/random.hpp"
#include "server/demo/network.hpp"

namespace {

using namespace callout;
namespace day = planning::day;
using planning::Interval;

struct Options {
    std::size_t technicians = 200;
    std::size_t visits = 1000;
    double seconds = 60;
    double event_seconds = 0.8;
    std::uint64_t seed = 1;
    std::size_t region = 0;
};

Instant at(int minute) {
    return Instant{std::chrono::days{20'000}} + std::chrono::minutes{minute};
}

dispatch::Point near(const dispatch::Point& centre, double degrees, planning::Random& random) {
    return {centre.latitude + (random.unit() - 0.5) * degrees, centre.longitude + (random.unit() - 0.5) * degrees};
}

std::string product_code(std::size_t product) {
    return std::string{demo::products()[product].code};
}

// Lives within 15 km of his station, is trained on five of eight engines, carries some of the parts.
planning::Technician make_technician(std::int64_t id, const demo::DemoDealer& dealer, planning::Random& random) {
    planning::Technician technician{.id = id, .home = near(dealer.point, 0.2, random)};
    for (std::size_t product = 0; product < demo::products().size(); ++product) {
        if (random.chance(0.6)) technician.skills.push_back(product_code(product));
    }
    for (const auto* part : {"pump", "injector", "gasket", "sensor"}) {
        if (random.chance(0.7)) technician.parts.push_back({part, 1 + random.below(4)});
    }
    planning::normalise(technician.skills);
    planning::normalise(technician.parts);
    const int begin = 450 + 30 * random.below(3);
    technician.working = {{at(begin), at(720)}, {at(720 + (random.chance(0.5) ? 30 : 60)), at(begin + 600)}};
    technician.mean_working_min = 300 + random.below(200);
    return technician;
}

// A third has an appointment within two to four hours, a third a promised arrival.
planning::Visit make_visit(std::int64_t id, const demo::DemoCustomer& customer, std::size_t product,
                           planning::Random& random) {
    planning::Visit visit{.ticket_id = id, .site = customer.point};
    visit.needs.skills = {product_code(product)};
    if (random.chance(0.2)) visit.needs.parts = {{random.chance(0.5) ? "pump" : "injector", 1}};
    const int from = 480 + 30 * random.below(14);
    visit.window =
        random.chance(1.0 / 3) ? Interval{at(from), at(from + 120 + random.below(120))} : Interval{at(450), at(1080)};
    if (random.chance(1.0 / 3)) visit.promised_arrival_at = at(540 + 15 * random.below(32));
    if (random.chance(0.15)) visit.priority = 5;
    if (visit.priority > 1) visit.due_at = at(600);
    visit.duration = std::chrono::minutes{30 + 15 * random.below(5)};
    return visit;
}

day::Day make_day(const Options& options) {
    demo::NetworkSize size;
    size.customers = 10 * options.visits;
    size.engines = size.customers;
    const auto network = demo::make_network(options.seed, size);
    const auto& office = network.offices.at(options.region);
    planning::Random random(options.seed);
    day::Day day;
    day.now = at(420);
    for (std::size_t i = 0; i < options.technicians; ++i) {
        const auto& dealer = office.dealers[i % office.dealers.size()];
        day.technicians.push_back(make_technician(static_cast<std::int64_t>(i + 1), dealer, random));
    }
    for (const auto& engine : network.engines) {
        const auto& customer = network.customers[engine.customer];
        if (customer.dealer / office.dealers.size() != options.region) continue;
        if (day.visits.size() == options.visits) break;
        const auto id = static_cast<std::int64_t>(day.visits.size() + 1);
        day.visits.push_back(make_visit(id, customer, engine.product, random));
    }
    return day;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Run {
    day::SearchResult result;
    double first_s = 0;
    double all_s = 0;
    std::vector<std::pair<double, double>> improvements;  // seconds, value

    double value_at(double second) const {
        const auto later = std::ranges::upper_bound(improvements, second, {}, &std::pair<double, double>::first);
        return later == improvements.begin() ? 0 : std::prev(later)->second;
    }
};

Run run(const day::Day& day, double seconds, std::uint64_t seed, const day::Plan* begin_with = nullptr) {
    Run made;
    const auto start = std::chrono::steady_clock::now();
    day::SearchOptions options;
    options.seed = seed;
    options.begin_with = begin_with;
    options.progress = [&](std::int64_t) { return seconds_since(start) / seconds; };
    options.improved = [&](double value) { made.improvements.emplace_back(seconds_since(start), value); };
    made.result = day::search(day, options);
    made.first_s = made.improvements.front().first;
    made.all_s = seconds_since(start);
    return made;
}

// What was planned to be over by eleven o'clock is, and what was to have been left for is under way; the first
// technician who is at no site falls ill; an urgent visit comes in.
day::Day after_the_event(const day::Day& morning, const day::Plan& plan) {
    day::Day later = morning;
    later.now = at(660);
    std::set<std::int64_t> over;
    const auto visit_of = [&](std::int64_t ticket) -> planning::Visit& {
        return later.visits[static_cast<std::size_t>(ticket - 1)];
    };
    const auto technician_of = [&](std::int64_t id) -> planning::Technician& {
        return later.technicians[static_cast<std::size_t>(id - 1)];
    };
    std::int64_t ill = 0;
    for (const auto& tour : plan.tours) {
        bool on_the_way = false;
        for (const auto& stop : tour.stops) {
            auto& visit = visit_of(stop.ticket_id);
            visit.technician_id = tour.technician_id;
            visit.state = planning::VisitState::assigned;
            if (stop.end <= later.now) {
                over.insert(stop.ticket_id);
                technician_of(tour.technician_id).position = visit.site;
            } else if (stop.leave < later.now) {
                on_the_way = true;
                visit.state = planning::VisitState::departed;
                visit.departed_at = stop.leave;
                if (stop.arrive < later.now) visit.arrived_at = stop.arrive;
            }
        }
        if (ill == 0 && !on_the_way) ill = tour.technician_id;
    }
    technician_of(ill).working = {{at(0), later.now}};
    auto urgent = later.visits.back();
    urgent.ticket_id = static_cast<std::int64_t>(later.visits.size() + 1);
    urgent.window = {later.now, at(1080)};
    urgent.due_at = later.now + std::chrono::minutes{90};
    urgent.promised_arrival_at.reset();
    urgent.priority = 5;
    urgent.state = planning::VisitState::unassigned;
    urgent.technician_id.reset();
    later.visits.push_back(urgent);
    std::erase_if(later.visits, [&](const auto& visit) { return over.contains(visit.ticket_id); });
    return later;
}

void print_value(const char* name, const day::Day& day, const day::Plan& plan) {
    const auto verdict = day::verify(day, plan);
    const auto& value = plan.value;
    fmt::print(
        "{}: {:.1f} in all; {} unserved, {:.0f} priority-minutes late, {} + {} moved, {:.0f} working minutes; {}\n",
        name, value.total(day.weights), plan.unserved.size(), value.late_priority_min, value.moved,
        value.moved_promised, value.working_min, verdict.feasible() ? "verified" : "NOT FEASIBLE");
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Plans one large day");
    app.add_option("--technicians", options.technicians);
    app.add_option("--visits", options.visits);
    app.add_option("--seconds", options.seconds);
    app.add_option("--event-seconds", options.event_seconds, "for planning anew after the event");
    app.add_option("--seed", options.seed);
    app.add_option("--region", options.region)->check(CLI::Range(0, 4));
    CLI11_PARSE(app, argc, argv);

    const auto morning = make_day(options);
    const auto planned = run(morning, options.seconds, options.seed);
    const auto& plan = planned.result.plan;
    fmt::print("first full plan after {:.0f} ms; {} iterations in {:.1f} s\n", 1000 * planned.first_s,
               planned.result.iterations, planned.all_s);
    std::vector<std::string> curve;
    for (const double share : {0.0, 1.0 / 60, 1.0 / 30, 1.0 / 12, 1.0 / 6, 1.0 / 3, 0.5, 2.0 / 3, 5.0 / 6, 1.0}) {
        const double second = std::max(planned.first_s, share * options.seconds);
        fmt::print("  {:6.2f} s  {:12.1f}\n", second, planned.value_at(second + 1e-9));
        curve.push_back(fmt::format("[{:.2f},{:.1f}]", second, planned.value_at(second + 1e-9)));
    }
    print_value("the day", morning, plan);

    const auto later = after_the_event(morning, plan);
    const auto again = run(later, options.event_seconds, options.seed, &plan);
    fmt::print("after the event: a full plan after {:.0f} ms, improved until {:.0f} ms\n", 1000 * again.first_s,
               1000 * again.all_s);
    print_value("the rest of the day", later, again.result.plan);

    const auto asked = std::chrono::steady_clock::now();
    const auto changes = day::changes(later, day::standing_plan(later), again.result.plan);
    const double changes_ms = 1000 * seconds_since(asked);
    fmt::print("{} changes to now, with their reasons, after {:.0f} ms\n", changes.size(), changes_ms);

    const bool feasible = day::verify(morning, plan).feasible() && day::verify(later, again.result.plan).feasible();
    fmt::print(R"({{"bench":"plan-scale","technicians":{},"visits":{},"first_plan_ms":{:.0f},"unserved":{},)"
               R"("first_value":{:.1f},"value":{:.1f},"replan_first_ms":{:.0f},"replan_ms":{:.0f},"changes":{},)"
               R"("changes_ms":{:.0f},"feasible":{},)"
               R"("curve":[{}]}})"
               "\n",
               morning.technicians.size(), morning.visits.size(), 1000 * planned.first_s, plan.unserved.size(),
               planned.improvements.front().second, plan.value.total(morning.weights), 1000 * again.first_s,
               1000 * again.all_s, changes.size(), changes_ms, feasible, fmt::join(curve, ","));
    return feasible ? 0 : 1;
}
