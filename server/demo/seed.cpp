#include "server/demo/seed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>

#include "server/auth/password.hpp"
#include "server/demo/history.hpp"
#include "server/storage/assets.hpp"
#include "server/storage/catalogue.hpp"
#include "server/storage/customers.hpp"
#include "server/storage/events.hpp"
#include "server/storage/incidents.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/technicians.hpp"
#include "server/storage/tickets.hpp"
#include "server/storage/users.hpp"

namespace callout::demo {
namespace {

using namespace dispatch;
using storage::Connection;

constexpr std::size_t rows_a_transaction = 200;
constexpr std::size_t tickets_a_transaction = 25;
constexpr std::int64_t events_a_transaction = 512;
constexpr std::size_t agents = 8;
constexpr std::size_t dispatchers = 3;

// Calls by hour of the day, local time: the morning peak, the dip at noon, a few at night.
constexpr std::array<int, 24> calls_by_hour{1, 1,  1,  1,  1,  2,  4, 8, 14, 16, 15, 12,
                                            8, 11, 14, 14, 12, 10, 7, 5, 4,  3,  2,  1};
constexpr std::chrono::hours local_time{8};

std::string day_before(Instant now, int days) {
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(now) - std::chrono::days{days}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

// Groups stand first in the catalogue; only what is below them happens to a machine.
std::size_t first_single_fault() {
    return static_cast<std::size_t>(
        std::ranges::find_if(faults(), [](const DemoFault& fault) { return !fault.parent.empty(); }) -
        faults().begin());
}

std::string description_of(TicketKind kind, const DemoFault& fault) {
    switch (kind) {
        case TicketKind::repair:
            return std::string{fault.complaint};
        case TicketKind::enquiry:
            return fmt::format("咨询：{}是什么原因，保修期内是否免费？", fault.name);
        case TicketKind::suggestion:
            return "建议在保养手册里增加冬季用油说明";
        case TicketKind::complaint:
            return fmt::format("投诉：{}报修后服务站迟迟没有人来", fault.name);
    }
    return {};
}

// The sequencer of a server on the same database was faster with some of these events.
struct NumberedBySomebodyElse {};

// Gives the next events without a number theirs; false when there are none left.
bool number_some_events(Connection& db) {
    const auto events = storage::events_without_seq(db, events_a_transaction);
    if (events.empty()) return false;
    if (!storage::number_events(db, events, storage::event_head(db) + 1)) throw NumberedBySomebodyElse{};
    return true;
}

using Minutes = std::chrono::minutes;

// By how long ago the first ticket of a same fault was opened; the next two callers have it as well.
constexpr std::array same_faults_ago{Minutes{40 * 24 * 60}, Minutes{9 * 24 * 60}, Minutes{26 * 60}, Minutes{45}};
constexpr std::size_t followers = 2;
constexpr Minutes between_callers{4};
constexpr Minutes until_grouped{2};
// By how long ago the tickets of one campaign were opened, all over the country: a fuel pump fails on one product.
constexpr std::array campaign_ago{Minutes{12 * 24 * 60}, Minutes{7 * 24 * 60}, Minutes{3 * 24 * 60},
                                  Minutes{20 * 60},      Minutes{5 * 60},      Minutes{100}};
constexpr std::string_view campaign_fault = "F402";

// A ticket that will be opened, and by which machine and fault.
struct Planned {
    Opening opening = {};
    std::size_t engine = 0;
    std::size_t fault = 0;
    std::optional<std::size_t> incident = {};  // index into the seeder's incidents
};

// An incident, and what its tickets must know of it while they are written one after the other.
struct PlannedIncident {
    IncidentKind kind = IncidentKind::same_fault;
    std::size_t first = 0;  // of its tickets, among the planned; the lead of a same fault
    Instant created_at{};
    std::int64_t id = 0;
    std::optional<std::int64_t> lead_ticket_id;
    std::optional<Instant> lead_repaired_at;
};

class Seeder {
public:
    Seeder(storage::Database& database, const SeedOptions& options)
        : database_{database},
          ticket_ids_{database},
          options_{options},
          network_{make_network(options.seed, options.size)},
          random_{options.seed},
          founded_at_{options.now - std::chrono::days{options.days + 1}},
          password_{auth::random_password()},
          password_hash_{auth::hash_password(password_, options.password_cost)} {}

    Seeded run() {
        database_.transaction([&](Connection& db) { write_catalogue(db); });
        database_.transaction([&](Connection& db) { write_headquarters(db); });
        write_offices();
        write_customers();
        write_engines();
        Seeded seeded{.sign_ins = {}, .password = password_, .tickets = write_tickets()};
        number_events();
        database_.transaction([&](Connection& db) { show_who_has_work(db); });
        seeded.sign_ins = sign_ins_;
        return seeded;
    }

private:
    void write_catalogue(Connection& db);
    void write_headquarters(Connection& db);
    void write_offices();
    void write_office(Connection& db, const DemoOffice& office);
    void write_dealer(Connection& db, const DemoDealer& dealer, const UnitPlace& office);
    void write_profile(Connection& db, const DemoTechnician& technician, std::int64_t user_id);
    void write_customers();
    void write_engines();
    std::size_t write_tickets();
    void number_events();
    void write_ticket(Connection& db, History& history, std::size_t index);
    Joining join(Connection& db, std::size_t index, std::int64_t ticket_id);
    void plan_tickets();
    Planned plan_at(Instant at);
    void take_machine(Planned& planned, std::size_t engine);
    void plan_same_fault(std::size_t lead);
    void plan_campaign();
    std::optional<std::size_t> opened_before(Minutes ago) const;
    std::vector<std::size_t> engines_at_one_place(std::size_t customer) const;
    Instant moment_of_day(int days_ago);

    std::int64_t insert_unit(Connection& db, const storage::NewUnit& unit) {
        return storage::insert_unit(db, unit, founded_at_).value();
    }

    UnitPlace place_of(Connection& db, std::int64_t unit_id) {
        return {unit_id, storage::find_unit(db, unit_id).value().path};
    }

    // Instead of the first dealer and the first technician, whose pages may be empty.
    void show_who_has_work(Connection& db);

    // Adds an account and answers it as a player; the first of each role is shown to the newcomer.
    Player insert_person(Connection& db, Role role, const std::string& login, const std::string& name,
                         const UnitPlace& unit, const std::string& phone = {}, const std::string& extension = {});

    // Runs write(db, index) for each index, some rows a transaction.
    template <class Write>
    void in_batches(const std::string& what, std::size_t count, std::size_t batch, Write write) {
        for (std::size_t first = 0; first < count; first += batch) {
            const auto end = std::min(first + batch, count);
            database_.transaction([&](Connection& db) {
                for (std::size_t i = first; i < end; ++i) write(db, i);
            });
            options_.progress(what, end, count);
        }
    }

    storage::Database& database_;
    storage::TicketIds ticket_ids_;
    const SeedOptions& options_;
    const Network network_;
    std::mt19937_64 random_;
    const Instant founded_at_;
    const std::string password_;
    const std::string password_hash_;

    UnitPlace headquarters_;
    std::vector<std::int64_t> product_ids_;
    std::vector<std::int64_t> fault_ids_;  // in the order of faults()
    std::vector<std::int64_t> customer_ids_;
    std::vector<std::int64_t> asset_ids_;
    std::vector<Planned> planned_;  // by the time they are opened
    std::vector<PlannedIncident> incidents_;
    std::vector<SignIn> sign_ins_;
    Cast cast_;
};

void Seeder::write_catalogue(Connection& db) {
    for (const auto& product : products())
        product_ids_.push_back(storage::insert_product(db, {.code = std::string{product.code},
                                                            .name = std::string{product.name},
                                                            .warranty_months = product.warranty_months,
                                                            .warranty_hours = product.warranty_hours}));
    for (const auto& fault : faults()) {
        const auto parent = storage::fault_with_code(db, std::string{fault.parent});
        fault_ids_.push_back(storage::insert_fault(db, {.parent_id = parent ? std::optional{parent->id} : std::nullopt,
                                                        .code = std::string{fault.code},
                                                        .name = std::string{fault.name}}));
    }
    for (const auto& [code, minutes, needs] : requirements())
        storage::save_requirement(db, {.fault_id = storage::fault_with_code(db, std::string{code}).value().id,
                                       .duration = std::chrono::minutes{minutes},
                                       .needs = needs});
}

Player Seeder::insert_person(Connection& db, Role role, const std::string& login, const std::string& name,
                             const UnitPlace& unit, const std::string& phone, const std::string& extension) {
    const auto id = storage::insert_user(db,
                                         {.login = login,
                                          .name = name,
                                          .unit_id = unit.unit_id,
                                          .roles = {role},
                                          .phone = phone,
                                          .extension = extension,
                                          .password_hash = password_hash_,
                                          .must_change_password = false},
                                         founded_at_)
                        .value();
    const auto word = std::string{to_string(role)};
    if (std::ranges::find(sign_ins_, word, &SignIn::role) == sign_ins_.end()) sign_ins_.push_back({word, login, name});
    return {id, {.user_id = id, .grants = {grant_of(role, unit.path, id)}}};
}

void Seeder::write_headquarters(Connection& db) {
    headquarters_ = place_of(db, insert_unit(db, {.kind = UnitKind::headquarters,
                                                  .code = "HQ",
                                                  .name = "远程动力集团总部",
                                                  .phone = "+865366000000",
                                                  .address = "潍坊市高新区动力大道1号",
                                                  .region_code = "370700",
                                                  .longitude = 119.16,
                                                  .latitude = 36.71}));
    for (std::size_t i = 0; i < agents; ++i)
        cast_.agents.push_back(insert_person(db, Role::agent, fmt::format("agent{}", i + 1), make_name(17 * i + 5),
                                             headquarters_, "", fmt::format("{}", 801 + i)));
    for (std::size_t i = 0; i < dispatchers; ++i)
        cast_.dispatchers.push_back(insert_person(db, Role::dispatcher, fmt::format("dispatcher{}", i + 1),
                                                  make_name(23 * i + 101), headquarters_));
    cast_.supervisors.push_back(insert_person(db, Role::supervisor, "supervisor", make_name(411), headquarters_));
    insert_person(db, Role::administrator, "admin", make_name(512), headquarters_);
}

void Seeder::write_offices() {
    in_batches("offices", network_.offices.size(), 1,
               [&](Connection& db, std::size_t i) { write_office(db, network_.offices[i]); });
}

void Seeder::write_office(Connection& db, const DemoOffice& office) {
    const auto place = place_of(db, insert_unit(db, {.parent_id = headquarters_.unit_id,
                                                     .kind = UnitKind::office,
                                                     .code = office.code,
                                                     .name = office.name,
                                                     .phone = office.phone,
                                                     .address = office.city,
                                                     .region_code = office.region_code,
                                                     .longitude = office.point.longitude,
                                                     .latitude = office.point.latitude}));
    insert_person(db, Role::coordinator, fmt::format("office-{}", office.code.substr(2)),
                  make_name(static_cast<std::uint64_t>(place.unit_id) * 31), place);
    for (const auto& dealer : office.dealers) write_dealer(db, dealer, place);
}

void Seeder::write_dealer(Connection& db, const DemoDealer& dealer, const UnitPlace& office) {
    const auto place = place_of(db, insert_unit(db, {.parent_id = office.unit_id,
                                                     .kind = UnitKind::dealer,
                                                     .code = dealer.code,
                                                     .name = dealer.name,
                                                     .phone = dealer.phone,
                                                     .address = dealer.address,
                                                     .region_code = dealer.region_code,
                                                     .longitude = dealer.point.longitude,
                                                     .latitude = dealer.point.latitude,
                                                     .product_ids = product_ids_}));
    DealerCast cast{.unit = place, .office = office};
    cast.desk = insert_person(db, Role::dealer, fmt::format("dealer{}", dealer.code.substr(1)),
                              make_name(static_cast<std::uint64_t>(place.unit_id) * 7), place, dealer.phone);
    for (const auto& technician : dealer.technicians) {
        cast.technicians.push_back(
            insert_person(db, Role::technician, technician.login, technician.name, place, technician.phone));
        write_profile(db, technician, cast.technicians.back().user_id);
    }
    auto area = storage::find_service_area(db, place.unit_id).value();
    area.region_codes = dealer.territory;
    storage::save_service_area(db, area);
    cast_.dealers.push_back(std::move(cast));
}

void Seeder::write_profile(Connection& db, const DemoTechnician& technician, std::int64_t user_id) {
    storage::TechnicianProfile profile{.user_id = user_id,
                                       .home_longitude = technician.home.longitude,
                                       .home_latitude = technician.home.latitude,
                                       .skills = technician.skills,
                                       .tools = technician.tools,
                                       .licences = technician.licences,
                                       .parts = technician.parts};
    for (std::int32_t weekday = 1; technician.late_shift && weekday <= 7; ++weekday) {
        profile.calendar.week.push_back({weekday, {12 * 60, 16 * 60}});
        profile.calendar.week.push_back({weekday, {16 * 60 + 30, 20 * 60 + 30}});
    }
    storage::save_technician(db, profile);
}

void Seeder::write_customers() {
    in_batches("customers", network_.customers.size(), rows_a_transaction, [&](Connection& db, std::size_t i) {
        const auto& customer = network_.customers[i];
        customer_ids_.push_back(storage::insert_customer(
            db,
            {.kind = customer.company ? CustomerKind::company : CustomerKind::person,
             .name = customer.name,
             .address = customer.address,
             .region_code = customer.region_code,
             .longitude = customer.point.longitude,
             .latitude = customer.point.latitude,
             .tier = parse<CustomerTier>(customer.tier).value(),
             .phones = {{.number = customer.phone, .label = "手机"}},
             .contacts = {{.name = customer.contact_name, .job = "机主", .birthday = customer.contact_birthday}}},
            founded_at_));
    });
}

void Seeder::write_engines() {
    in_batches("engines", network_.engines.size(), rows_a_transaction, [&](Connection& db, std::size_t i) {
        const auto& engine = network_.engines[i];
        const auto& owner = network_.customers[engine.customer];
        asset_ids_.push_back(
            storage::insert_asset(db,
                                  {.serial_number = engine.serial_number,
                                   .product_id = product_ids_[engine.product],
                                   .customer_id = customer_ids_[engine.customer],
                                   .sold_on = day_before(options_.now, engine.sold_days_ago),
                                   .commissioned_on = day_before(options_.now, engine.commissioned_days_ago),
                                   .address = owner.address,
                                   .region_code = owner.region_code,
                                   .longitude = owner.point.longitude,
                                   .latitude = owner.point.latitude},
                                  founded_at_));
        storage::insert_reading(db, asset_ids_.back(), {.hours = engine.meter_hours, .read_at = founded_at_},
                                std::nullopt);
    });
}

// A moment of that day, likelier when people call.
Instant Seeder::moment_of_day(int days_ago) {
    int draw = static_cast<int>(random_() % 167);
    int hour = 0;
    while (draw >= calls_by_hour[static_cast<std::size_t>(hour)] && hour < 23)
        draw -= calls_by_hour[static_cast<std::size_t>(hour++)];
    const auto midnight =
        std::chrono::floor<std::chrono::days>(options_.now + local_time) - std::chrono::days{days_ago};
    return Instant{midnight} - local_time + std::chrono::hours{hour} +
           Milliseconds{static_cast<std::int64_t>(random_() % 3'600'000)};
}

void Seeder::take_machine(Planned& planned, std::size_t engine) {
    const auto customer = network_.engines[engine].customer;
    const auto& owner = network_.customers[customer];
    auto& command = planned.opening.command;
    command.customer_id = customer_ids_[customer];
    command.asset_id = asset_ids_[engine];
    command.site = owner.point;
    command.office = cast_.dealers[owner.dealer].office;
    planned.opening.dealer = owner.dealer;
    planned.engine = engine;
}

Planned Seeder::plan_at(Instant at) {
    Planned planned{.fault = first_single_fault()};
    take_machine(planned, random_() % network_.engines.size());
    planned.fault += random_() % (faults().size() - planned.fault);
    auto& command = planned.opening.command;
    const auto dice = random_() % 100;
    command.kind = dice < 84   ? TicketKind::repair
                   : dice < 94 ? TicketKind::enquiry
                   : dice < 96 ? TicketKind::suggestion
                               : TicketKind::complaint;
    command.urgency = random_() % 100 < 12 ? Urgency::urgent : Urgency::normal;
    command.fault_reported_at = planned.opening.opened_at = at;
    planned.opening.agent = random_() % agents;
    return planned;
}

void Seeder::plan_tickets() {
    std::vector<Instant> moments;
    for (int day = options_.days; day >= 0; --day)
        for (int i = 0; i < options_.tickets_a_day; ++i) moments.push_back(moment_of_day(day));
    for (int i = 0; i < options_.tickets_just_now; ++i)
        moments.push_back(options_.now -
                          Milliseconds{static_cast<std::int64_t>(random_() % (6 * std::uint64_t{3'600'000}))});
    std::erase_if(moments, [&](Instant at) { return at > options_.now - Minutes{1}; });
    std::ranges::sort(moments);
    planned_.reserve(moments.size());
    for (const auto at : moments) planned_.push_back(plan_at(at));
    for (const auto ago : same_faults_ago)
        if (const auto lead = opened_before(ago)) plan_same_fault(*lead);
    plan_campaign();
}

// The last ticket opened before then that as many callers come after as follow in a same fault; nothing when there is
// none, or one of them is in an incident already.
std::optional<std::size_t> Seeder::opened_before(Minutes ago) const {
    if (planned_.size() <= followers) return std::nullopt;
    const auto is_later = [&](const Planned& planned) { return planned.opening.opened_at > options_.now - ago; };
    const auto callers = std::span{planned_}.first(planned_.size() - followers);
    const auto later = static_cast<std::size_t>(std::ranges::find_if(callers, is_later) - callers.begin());
    if (later == 0) return std::nullopt;
    const auto is_taken = [](const Planned& planned) { return planned.incident.has_value(); };
    if (std::ranges::any_of(std::span{planned_}.subspan(later - 1, followers + 1), is_taken)) return std::nullopt;
    return later - 1;
}

// The engines of the next customer who has one for every caller of a same fault; of this one when nobody has.
std::vector<std::size_t> Seeder::engines_at_one_place(std::size_t customer) const {
    std::vector<std::vector<std::size_t>> engines(network_.customers.size());
    for (std::size_t i = 0; i < network_.engines.size(); ++i) engines[network_.engines[i].customer].push_back(i);
    for (std::size_t i = 0; i < engines.size(); ++i) {
        const auto& found = engines[(customer + i) % engines.size()];
        if (found.size() > followers) return found;
    }
    return engines[customer];
}

void Seeder::plan_same_fault(std::size_t lead) {
    const auto engines = engines_at_one_place(network_.engines[planned_[lead].engine].customer);
    const auto first_call = planned_[lead].opening.opened_at;
    Instant last_call;
    for (std::size_t i = 0; i <= followers; ++i) {
        auto& planned = planned_[lead + i];
        take_machine(planned, engines[i % engines.size()]);
        planned.fault = planned_[lead].fault;
        planned.incident = incidents_.size();
        last_call = std::min(planned.opening.opened_at, first_call + static_cast<int>(i) * between_callers);
        planned.opening.opened_at = last_call;
        planned.opening.command.fault_reported_at = last_call;
        planned.opening.command.kind = TicketKind::repair;
    }
    incidents_.push_back({.first = lead, .created_at = last_call + until_grouped});
}

void Seeder::plan_campaign() {
    std::vector<std::size_t> engines;
    for (std::size_t i = 0; i < network_.engines.size(); ++i)
        if (network_.engines[i].product == network_.engines.front().product) engines.push_back(i);
    const auto fault = std::ranges::find(faults(), campaign_fault, &DemoFault::code) - faults().begin();
    PlannedIncident campaign{.kind = IncidentKind::campaign, .first = planned_.size()};
    for (std::size_t i = 0; i < campaign_ago.size(); ++i) {
        const auto index = opened_before(campaign_ago[i]);
        if (!index) continue;
        auto& planned = planned_[*index];
        take_machine(planned, engines[i % engines.size()]);
        planned.fault = static_cast<std::size_t>(fault);
        planned.incident = incidents_.size();
        planned.opening.command.kind = TicketKind::repair;
        campaign.first = std::min(campaign.first, *index);
    }
    if (campaign.first == planned_.size()) return;
    campaign.created_at = planned_[campaign.first].opening.opened_at + until_grouped;
    incidents_.push_back(campaign);
}

// The incident begins with its first ticket.
Joining Seeder::join(Connection& db, std::size_t index, std::int64_t ticket_id) {
    const auto& planned = planned_[index];
    auto& incident = incidents_[*planned.incident];
    const bool has_lead = incident.kind == IncidentKind::same_fault;
    if (index == incident.first) {
        if (has_lead) incident.lead_ticket_id = ticket_id;
        const auto& engine = network_.engines[planned.engine];
        const auto place = has_lead ? fmt::format(" · {}", network_.customers[engine.customer].address) : "";
        incident.id = storage::insert_incident(db, {.kind = incident.kind,
                                                    .lead_ticket_id = incident.lead_ticket_id,
                                                    .title = fmt::format("{} · {}{}", faults()[planned.fault].name,
                                                                         products()[engine.product].name, place),
                                                    .created_by = cast_.agents[planned.opening.agent].user_id,
                                                    .created_at = incident.created_at});
    }
    Joining joins{.command = {.incident_id = incident.id},
                  .at = std::max(incident.created_at, planned.opening.opened_at + until_grouped),
                  .lead_repaired_at = incident.lead_repaired_at};
    if (has_lead && index != incident.first) joins.command.lead = JoinIncident::Lead{.id = *incident.lead_ticket_id};
    return joins;
}

void Seeder::write_ticket(Connection& db, History& history, std::size_t index) {
    const auto& planned = planned_[index];
    const auto id = ticket_ids_.next();
    auto opening = planned.opening;
    if (planned.incident) opening.joins = join(db, index, id);
    auto decisions = history.play(opening, options_.now);
    const auto& engine = network_.engines[planned.engine];
    const auto& owner = network_.customers[engine.customer];
    const auto& fault = faults()[planned.fault];
    const storage::TicketText text{.fault_id = fault_ids_[planned.fault],
                                   .description = description_of(planned.opening.command.kind, fault),
                                   .contact_name = owner.contact_name,
                                   .contact_phone = owner.phone,
                                   .address = owner.address,
                                   .opened_by = cast_.agents[planned.opening.agent].user_id};
    for (auto& decision : decisions) {
        decision.after.id = id;
        if (&decision == &decisions.front()) {
            storage::insert_ticket(db, decision, text);
        } else {
            auto before = std::prev(&decision)->after;
            storage::update_ticket(db, before, decision);
        }
    }
    if (planned.incident && index == incidents_[*planned.incident].first) {
        const auto is_repaired = [](const Decision& decision) { return decision.after.repaired_at.has_value(); };
        const auto repaired = std::ranges::find_if(decisions, is_repaired);
        if (repaired != decisions.end()) incidents_[*planned.incident].lead_repaired_at = repaired->after.repaired_at;
    }
}

std::size_t Seeder::write_tickets() {
    plan_tickets();
    History history{cast_, options_.life_cycle, options_.seed};
    in_batches("tickets", planned_.size(), tickets_a_transaction,
               [&](Connection& db, std::size_t i) { write_ticket(db, history, i); });
    return planned_.size();
}

void Seeder::show_who_has_work(Connection& db) {
    const auto people = storage::busiest_people(db);
    if (!people) return;
    const auto show = [&](Role role, const std::string& login, const std::string& name) {
        const auto shown = std::ranges::find(sign_ins_, to_string(role), &SignIn::role);
        *shown = {shown->role, login, name};
    };
    show(Role::technician, people->technician_login, people->technician_name);
    show(Role::dealer, people->dealer_login, people->dealer_name);
}

// The past was told long ago: a server that starts now must not tell it to the first console, whose board would move.
void Seeder::number_events() {
    for (bool any_left = true; any_left;) {
        try {
            any_left = database_.transaction(number_some_events);
        } catch (const NumberedBySomebodyElse&) {
            // Rolled back; the ones that are still without a number are looked for anew.
        }
    }
}

}  // namespace

tl::expected<Seeded, SeedError> seed(storage::Database& database, const SeedOptions& options) {
    const bool founded =
        database.transaction([](Connection& db) { return storage::find_headquarters(db).has_value(); });
    if (founded) return tl::unexpected{SeedError::not_empty};
    return Seeder{database, options}.run();
}

}  // namespace callout::demo
